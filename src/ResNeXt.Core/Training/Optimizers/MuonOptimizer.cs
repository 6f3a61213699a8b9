using ResNeXt.Core.Kernels;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>
/// Muon (Jordan et al. 2024): moves the filters of convolutions by their momentum, made orthogonal by Newton-Schulz iterations; owns the momentum.
/// The filters keep a norm of the square root of their number, which changes nothing if batch normalization follows them, so that the learning rate
/// is the size of a step relative to them.
/// </summary>
/// <remarks>
/// The filters of a group of channels are a matrix with a row for every filter. Matrices of the same shape are computed together.
/// </remarks>
internal sealed class MuonOptimizer : IDisposable
{
    /// <summary>The rate without <see cref="TrainingRecipe.MuonLearningRate"/>.</summary>
    public const float DefaultRate = 0.05f;

    // The article takes five, which come closer to an orthogonal matrix and take longer. What the recipe "fast" brings was measured with three.
    private const int Iterations = 3;

    // A zero gradient has a norm of 0.
    private const double LeastNorm = 1e-7;

    private readonly Filters[] _filters;
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>Starts with a momentum of zeros.</summary>
    /// <param name="filters">The filters of convolutions, and the number of groups of each.</param>
    /// <param name="momentum">The momentum, 0 to below 1.</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    public MuonOptimizer(IEnumerable<(OptimizedParameter Of, int Groups)> filters, double momentum, bool nesterov)
    {
        _filters = [.. filters.Select(item => new Filters(item.Of, item.Groups, zeros_like(item.Of.Parameter, requires_grad: false)))];
        (_momentum, _nesterov) = (momentum, nesterov);
    }

    /// <summary>The momentum of all filters, under the names that checkpoints use.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _filters.Select(filters => ($"momentum.{filters.Of.Name}", filters.Momentum));

    /// <summary>Updates all filters and drops their gradients; to be called under no_grad.</summary>
    /// <param name="rate">The learning rate, to be multiplied by each parameter's <see cref="OptimizedParameter.RateFactor"/>.</param>
    public void Step(double rate)
    {
        foreach (IGrouping<(long, long, long), Filters> alike in _filters.GroupBy(filters => filters.MatrixShape))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor moves = Orthogonal(stack(alike.Select(Direction)).flatten(0, 1));
            foreach ((Filters filters, Tensor move) in alike.Zip(moves.split(alike.Key.Item1)))
            {
                Tensor weights = filters.Of.Parameter;
                double count = weights.shape[0];
                weights.mul_(weights.norm().Plus(LeastNorm).reciprocal_().Scale(Math.Sqrt(count))).Increase(move.reshape(weights.shape), -rate * filters.Of.RateFactor);
            }
        }
        foreach (Filters filters in _filters)
        {
            filters.Of.Parameter.grad!.Dispose();
            filters.Of.Parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach (Filters filters in _filters)
            filters.Momentum.Dispose();
    }

    // Groups x filters x values of a filter.
    private Tensor Direction(Filters filters)
    {
        Tensor gradient = filters.Of.Parameter.grad!;
        filters.Momentum.Scale(_momentum).Increase(gradient);
        Tensor direction = _nesterov ? gradient.Plus(filters.Momentum, _momentum) : filters.Momentum;
        (long groups, long rows, long columns) = filters.MatrixShape;
        return direction.reshape(groups, rows, columns);
    }

    // The polynomial of the article, whose iterations move all singular values near 1: N x rows x columns.
    private static Tensor Orthogonal(Tensor matrices)
    {
        // The products below are the smaller the fewer rows there are.
        bool isTall = matrices.shape[1] > matrices.shape[2];
        Tensor result = isTall ? matrices.transpose(1, 2) : matrices;
        result = result / result.flatten(1).norm(1, keepdim: true).unsqueeze(2).Plus(LeastNorm);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            Tensor square = result.matmul(result.transpose(1, 2));
            result = result.Times(3.4445).Plus(square.Times(-4.7750).Plus(square.matmul(square), 2.0315).matmul(result));
        }
        return isTall ? result.transpose(1, 2) : result;
    }

    private sealed record Filters(OptimizedParameter Of, int Groups, Tensor Momentum)
    {
        /// <summary>The number of matrices, and the rows and columns of each.</summary>
        public (long Count, long Rows, long Columns) MatrixShape { get; } =
            (Groups, Of.Parameter.shape[0] / Groups, Of.Parameter.numel() / Of.Parameter.shape[0]);
    }
}
