using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Tests.Scoring.Weights;

public sealed class MainWeightsTests
{
    private static WeightSet Set(WeightFormat format, long bytes, string name = "model", string directory = "", long? parameters = null) =>
        new() { Format = format, Directory = directory, Name = name, Files = 1, Bytes = bytes, Parameters = parameters };

    private static long Bytes(bool isPipeline, params WeightSet[] sets) => MainWeights.Of(sets, isPipeline).Sum(s => s.Bytes);

    [Fact]
    public void The_same_weights_in_other_formats_count_once() =>
        Assert.Equal(100, Bytes(false, Set(WeightFormat.PyTorch, 105, "pytorch_model"), Set(WeightFormat.Safetensors, 100), Set(WeightFormat.TensorFlow, 110, "tf_model")));

    [Fact]
    public void Of_several_quantisations_the_smallest_whole_model_counts_and_a_small_companion_does_not() =>
        Assert.Equal(40, Bytes(
            false,
            Set(WeightFormat.Gguf, 160, "model-f16", parameters: 80),
            Set(WeightFormat.Gguf, 40, "model-q4", parameters: 80),
            Set(WeightFormat.Gguf, 3, "mmproj", parameters: 2)));

    [Fact]
    public void Without_parameter_counts_the_largest_counts() =>
        Assert.Equal(160, Bytes(false, Set(WeightFormat.PyTorch, 160, "a"), Set(WeightFormat.PyTorch, 1, "b")));

    [Fact]
    public void The_parts_of_a_pipeline_are_summed_without_the_merged_copy()
    {
        WeightSet[] sets = [Set(WeightFormat.Safetensors, 90, "merged"), Set(WeightFormat.Safetensors, 60, directory: "unet"), Set(WeightFormat.Safetensors, 30, directory: "vae")];

        Assert.Equal(90, Bytes(true, sets));
        Assert.Equal(180, Bytes(false, sets));
    }

    [Theory]
    [InlineData("model-00002-of-00003.safetensors", "", "model")]
    [InlineData("unet/model.fp16.safetensors", "unet", "model.fp16")]
    [InlineData("pytorch_model-00001-of-00002.bin", "", "pytorch_model")]
    public void Shards_share_a_set(string path, string directory, string name) => Assert.Equal((directory, name), WeightFormats.SetOf(path));

    [Theory]
    [InlineData("optimizer.pt")]
    [InlineData("training_args.bin")]
    [InlineData("checkpoint-500/model.safetensors")]
    [InlineData("vocab.bin")]
    [InlineData("README.md")]
    public void Training_state_and_other_files_are_no_weights(string path) => Assert.Null(WeightFormats.Of(path));
}
