namespace Acme.Registry.Lineage;

/// <summary>Where a model comes from.</summary>
/// <param name="Nodes">The model itself first, then its ancestors, nearest first.</param>
/// <param name="Edges">From parent to child.</param>
/// <param name="IsComplete">False where the limits on depth or size cut it off.</param>
public sealed record LineageGraph(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool IsComplete);

/// <summary>One origin.</summary>
/// <param name="Id">The artifact's id, or, for what is not registered, one derived from its type and name; matches the contract's pattern.</param>
/// <param name="Name">The artifact's name, or the name as written in the file that refers to it.</param>
/// <param name="Source">The file kind that names it (<c>config_json</c>, <c>adapter_config_json</c>, <c>model_card</c>); <c>registry</c> for the model itself.</param>
/// <param name="Metadata"><c>type</c>, <c>registered</c> (<c>true</c> or <c>false</c>), and <c>repository_url</c> where it is known.</param>
public sealed record LineageNode(string Id, string Name, string Source, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A step from parent to child.</summary>
/// <param name="From">Id of the parent.</param>
/// <param name="To">Id of the child.</param>
/// <param name="Relationship">What the parent is to the child, such as <c>base_model</c>.</param>
public sealed record LineageEdge(string From, string To, string Relationship);

/// <summary>No lineage can be computed, because the model's configuration is malformed; the message says what is wrong with it.</summary>
public sealed class LineageUnavailableException(string message) : Exception(message);
