using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>A kibibyte of model that asks for terabytes, by every operator that can: a typed refusal or the documented exception, before the memory is taken.</summary>
public sealed class HugeRequestTests
{
    private const long Huge = 1L << 40;
    private const long Large = 1L << 28;

    // The numbers that ask, and the graph nodes that read them; x is one float.
    private static readonly Dictionary<string, (Func<long, (string Name, TensorValue Value)[]> Numbers, Action<OnnxModelBuilder> Add)> _requests = new()
    {
        ["ConstantOfShape"] = (n => [("s", L(n))], model => model.Node("ConstantOfShape", ["s"], ["y"])),
        ["ConstantOfShape of two axes"] = (n => [("s", L(n, n))], model => model.Node("ConstantOfShape", ["s"], ["y"])),
        ["Expand"] = (n => [("s", L(n))], model => model.Node("Expand", ["x", "s"], ["y"])),
        ["Tile"] = (n => [("s", L(n))], model => model.Node("Tile", ["x", "s"], ["y"])),
        ["Range"] = (n => [("a", Scalar(0)), ("b", Scalar(n)), ("c", Scalar(1))], model => model.Node("Range", ["a", "b", "c"], ["y"])),
        ["Range backwards"] = (n => [("a", Scalar(long.MaxValue)), ("b", Scalar(-n)), ("c", Scalar(-1))], model => model.Node("Range", ["a", "b", "c"], ["y"])),
        ["Pad"] = (n => [("s", L(n, n))], model => model.Node("Pad", ["x", "s"], ["y"])),
        ["OneHot"] = (n => [("i", L(0)), ("d", Scalar(n)), ("v", L(0, 1))], model => model.Node("OneHot", ["i", "d", "v"], ["y"])),
        ["Resize"] = (n => [("s", L(n))], model => model.Node("Resize", ["x", "", "", "s"], ["y"], ("mode", AttributeValue.Of("nearest")))),
        ["Reshape"] = (n => [("s", L(n, -1))], model => model.Node("Reshape", ["x", "s"], ["y"])),
        ["ConvTranspose"] = (n => [("r", L(1, 1, 1)), ("w", TensorValue.Create(new float[1], 1, 1, 1))], model => model
            .Node("Reshape", ["x", "r"], ["q"]).Node("ConvTranspose", ["q", "w"], ["y"], ("strides", AttributeValue.Of([Huge])), ("output_padding", AttributeValue.Of([Huge - 1])))),
        ["Add of a column and a row"] = (n => [("p", Zeros(65536, 1)), ("q", Zeros(1, 65536))], model => model.Node("Add", ["p", "q"], ["r"]).Node("Add", ["r", "x"], ["y"])),
        ["MatMul of a column and a row"] = (n => [("p", Zeros(65536, 1)), ("q", Zeros(1, 65536))], model => model.Node("MatMul", ["p", "q"], ["r"]).Node("Add", ["r", "x"], ["y"])),
    };

    public static TheoryData<string, bool> Cases
    {
        get
        {
            TheoryData<string, bool> cases = [];
            foreach (string name in _requests.Keys)
            {
                cases.Add(name, true);
                cases.Add(name, false);
            }

            return cases;
        }
    }

    // The numbers come with the model, or with the inputs, so that only the run knows them.
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_huge_request_is_refused_before_memory_is_taken(string name, bool isConstant)
    {
        foreach ((long length, CanonicalEngineOptions options) in new[]
        {
            (Huge, CanonicalEngineOptions.Default),
            (long.MaxValue, CanonicalEngineOptions.Default),
            (Large, new CanonicalEngineOptions { MaxTensorBytes = 1 << 20, MaxRunBytes = 1 << 24 }),
        })
        {
            (string Name, TensorValue Value)[] numbers = _requests[name].Numbers(length);
            OnnxModelBuilder builder = new OnnxModelBuilder(18).Input("x", ElementType.Float32, 1);
            foreach ((string number, TensorValue value) in numbers)
            {
                _ = isConstant ? builder.Initializer(number, value) : builder.Input(number, value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
            }

            _requests[name].Add(builder);
            OnnxModel model = builder.Output("y", ElementType.Float32, "N").Build();
            NamedTensors inputs = new(numbers.Append(("x", TensorValue.Create([1f], 1))).Where(pair => model.Inputs.Any(input => input.Name == pair.Item1))
                .Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome;
            if (CanonicalEngine.TryCreate(model, options, out CanonicalEngine? engine, out ModelRefusal? refusal))
            {
                outcome = (await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.RunAsync(inputs, new GenerationOptions(1)))).Message;
            }
            else
            {
                Assert.NotEqual(ModelRefusalReason.None, refusal.Reason);
                outcome = refusal.ToString();
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 4 << 20, $"{length}: {allocated >> 20} MiB, {outcome}");
        }
    }

    private static TensorValue L(params long[] values) => TensorValue.Create(values, values.Length);

    private static TensorValue Scalar(long value) => TensorValue.Create([value]);

    private static TensorValue Zeros(long rows, long columns) => TensorValue.Create(new float[rows * columns], rows, columns);
}
