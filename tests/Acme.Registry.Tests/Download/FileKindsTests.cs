using Acme.Registry.Download;

namespace Acme.Registry.Tests.Download;

public sealed class FileKindsTests
{
    [Theory]
    [InlineData("model.safetensors", true, false)]
    [InlineData("sub/Model-00001-of-00002.SafeTensors", true, false)]
    [InlineData("pytorch_model.bin", true, false)]
    [InlineData("model.onnx_data", true, false)]
    [InlineData("data/model.gguf", true, false)]
    [InlineData("model.ckpt.data-00000-of-00001", true, false)]
    [InlineData("model.ckpt.index", true, false)]
    [InlineData("training_args.bin", false, false)]
    [InlineData("checkpoint-500/optimizer.pt", false, false)]
    [InlineData("train.csv", false, true)]
    [InlineData("train.jsonl.gz", false, true)]
    [InlineData("shards/00001.tar", false, true)]
    [InlineData("a/b.parquet", false, true)]
    [InlineData("data/train.json", false, true)]
    [InlineData("my/Datasets/notes.txt", false, true)]
    [InlineData("config.json", false, false)]
    [InlineData("data.json", false, false)]
    [InlineData("metadata/vocab.json", false, false)]
    [InlineData("README.md", false, false)]
    [InlineData("data/README.md", false, false)]
    [InlineData(".bin/readme", false, false)]
    [InlineData("logs.gz", false, false)]
    [InlineData("", false, false)]
    public void A_path_tells_what_a_file_is(string path, bool weights, bool dataset)
    {
        Assert.Equal(weights, FileKinds.IsWeights(path));
        Assert.Equal(dataset, FileKinds.IsDataset(path));
    }
}
