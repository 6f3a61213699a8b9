using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights.Matching;

/// <summary>The tensors of a file that fit a network, with torchvision's names. <see cref="StateDictMatcher"/> creates it.</summary>
/// <param name="Weights">The tensors in the order of the network; without <c>fc.weight</c> and <c>fc.bias</c> if the head is left out.</param>
/// <param name="HeadLeftOut">
/// Whether the last layer is left out, because the file has none or one for another number of classes. It keeps its random weights.
/// </param>
/// <param name="Notes">Sentences that the user should know about the match; usually none.</param>
public sealed record StateDictMatch(StateDict Weights, bool HeadLeftOut, IReadOnlyList<string> Notes);
