using System.Globalization;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>A network on disk: the model file that both engines load, and its inputs, which a child process can read without making the network.</summary>
internal sealed class SavedNetwork : IDisposable
{
    private readonly DirectoryInfo _folder;

    internal SavedNetwork(Network network)
    {
        _folder = Directory.CreateTempSubdirectory("side-by-side-");
        network.Model.Save(ModelPath(_folder.FullName));
        using StreamWriter list = File.CreateText(Path.Combine(_folder.FullName, "inputs.txt"));
        for (int i = 0; i < network.Inputs.Count; i++)
        {
            (string name, TensorValue tensor) = network.Inputs[i];
            list.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {(int)tensor.Type} {string.Join(' ', tensor.Shape.Lengths.ToArray())}"));
            File.WriteAllBytes(ElementPath(_folder.FullName, i), tensor.Bytes.Span);
        }
    }

    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    internal static string ModelPath(string folder) => Path.Combine(folder, "model.onnx");

    internal static NamedTensors ReadInputs(string folder) =>
        new(File.ReadLines(Path.Combine(folder, "inputs.txt")).Select((line, i) =>
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var type = (ElementType)int.Parse(words[1], CultureInfo.InvariantCulture);
            var shape = new TensorShape([.. words.Skip(2).Select(word => long.Parse(word, CultureInfo.InvariantCulture))]);
            return KeyValuePair.Create(words[0], TensorValue.Take(type, shape, File.ReadAllBytes(ElementPath(folder, i))));
        }));

    private static string ElementPath(string folder, int input) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"input-{input}.bin"));
}
