using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>Tensors that fit a network, by torchvision's names; made by <see cref="StateDictMatcher"/>.</summary>
/// <param name="Weights">The network's tensors in its own order; without <c>fc.weight</c> and <c>fc.bias</c> where the head is left out.</param>
/// <param name="HeadLeftOut">
/// Whether the last layer is not among them, because the file has none or one for another number of classes; it starts fresh.
/// </param>
/// <param name="Notes">What the user should know about the match, one sentence each; usually none.</param>
public sealed record StateDictMatch(StateDict Weights, bool HeadLeftOut, IReadOnlyList<string> Notes);
