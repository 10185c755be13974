"""Trains the three models of this repository and writes them as ONNX files.

    train.py --digits digits.csv.gz --iris iris.csv --out models [--heldout samples/data]

Writes digits.onnx, digits-small.onnx, iris.onnx and reference/*.json under --out, and the held-out rows
under --heldout, then prints what the model cards state. One seed, one thread: the same versions of the
libraries on the same kind of processor give the same bytes.

The graphs are built node by node rather than exported, so that they hold nothing but what the model needs
and stay the same when the training library changes. What is measured and written as reference is the ONNX
file as read back from disk, run by `run_graph`, not the network object that was trained.
"""

import os

# Before numpy and torch are imported: a second thread would split sums and change their last bits.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import gzip
import hashlib
import json
import pathlib
import sys

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

SEED = 20260101
DIGITS_HELD_OUT = 500
IRIS_HELD_OUT_PER_CLASS = 17
REFERENCE_ROWS = 16
SAMPLE_COUNT = 8
LABEL_SMOOTHING = 0.1
PIXEL_SCALE = 0.0625  # 1/16: pixels are 0..16, and a power of two rounds nothing
LOGIT_SCALE = 0.25  # a temperature of 4: flat enough that the request's seed shows in the draws


def read_rows(path, columns):
    """Returns the text lines of a CSV file that have `columns` fields, as the file has them."""
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as stream:
        lines = stream.read().split("\n")
    if lines[-1] == "":
        lines.pop()
    rows = [line.split(",") for line in lines]
    for number, row in enumerate(rows, start=1):
        if len(row) != columns:
            sys.exit(f"{path}, line {number}: expected {columns} fields, got {len(row)}.")
    return lines, numpy.array(rows, dtype=numpy.float32)


def load_digits(path):
    """Splits the digits by one fixed permutation: the first 500 are held out, the rest train."""
    lines, table = read_rows(path, 65)
    order = numpy.random.RandomState(SEED).permutation(len(lines))
    images = table[:, :64].reshape(-1, 1, 8, 8)
    labels = table[:, 64].astype(numpy.int64)
    return Split(lines, images, labels, order[DIGITS_HELD_OUT:], order[:DIGITS_HELD_OUT])


def load_iris(path):
    """Splits Iris class by class (17 of each 50 are held out), then mixes the classes."""
    with open(path) as stream:
        header, body = stream.readline(), stream.read()
    rows = [line.split(",") for line in body.splitlines()]
    if header.split(",")[:2] != [str(len(rows)), "4"] or any(len(row) != 5 for row in rows):
        sys.exit(f"{path}: expected a header 'rows,4,...' and that many rows of five fields.")
    table = numpy.array(rows, dtype=numpy.float32)
    labels = table[:, 4].astype(numpy.int64)
    random = numpy.random.RandomState(SEED)
    shuffled = random.permutation(len(rows))
    by_class = [shuffled[labels[shuffled] == label] for label in range(3)]
    held_out = numpy.concatenate([members[:IRIS_HELD_OUT_PER_CLASS] for members in by_class])
    training = numpy.concatenate([members[IRIS_HELD_OUT_PER_CLASS:] for members in by_class])
    return Split(body.splitlines(), table[:, :4], labels, training, random.permutation(held_out))


class Split:
    """The rows of a data set, as text and as numbers, in a training part and a held-out part."""

    def __init__(self, lines, inputs, labels, training, held_out):
        self.held_out_lines = [lines[index] for index in held_out]
        self.training_inputs = torch.from_numpy(inputs[training])
        self.training_labels = torch.from_numpy(labels[training])
        self.held_out_inputs = torch.from_numpy(inputs[held_out])
        self.held_out_labels = torch.from_numpy(labels[held_out])


class DigitNetwork(nn.Module):
    """Two convolutions, the second in a residual block, then a third, two poolings and two dense layers."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        self.residual = nn.Conv2d(16, 16, 3, padding=1)
        self.wide = nn.Conv2d(16, 32, 3, padding=1)
        self.hidden = nn.Linear(128, 48)
        self.classes = nn.Linear(48, 10)

    def forward(self, image):
        features = functional.relu(self.stem(image * PIXEL_SCALE))
        features = features + functional.relu(self.residual(features))
        features = functional.max_pool2d(features, 2)
        features = functional.max_pool2d(functional.relu(self.wide(features)), 2)
        return self.classes(functional.relu(self.hidden(features.flatten(1))))


class SmallDigitNetwork(nn.Module):
    """One strided convolution of four channels and one dense layer."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, stride=2, padding=1)
        self.classes = nn.Linear(64, 10)

    def forward(self, image):
        return self.classes(functional.relu(self.stem(image * PIXEL_SCALE)).flatten(1))


class IrisNetwork(nn.Module):
    """Standardises four measurements by the training part's mean and deviation, then one hidden layer."""

    def __init__(self, measurements):
        super().__init__()
        self.minus_mean = -measurements.mean(0)
        self.inverse_deviation = 1 / measurements.std(0)
        self.hidden = nn.Linear(4, 8)
        self.classes = nn.Linear(8, 3)

    def forward(self, measurements):
        standard = (measurements + self.minus_mean) * self.inverse_deviation
        return self.classes(functional.relu(self.hidden(standard)))


def shift_some(images, generator):
    """Moves about half of the images by up to one pixel in each direction, filling with empty pixels."""
    count = len(images)
    padded = functional.pad(images, (1, 1, 1, 1))
    offsets = torch.randint(0, 3, (count, 2), generator=generator)
    offsets[torch.rand(count, generator=generator) >= 0.5] = 1
    rows = (offsets[:, :1] + torch.arange(8))[:, :, None]
    columns = (offsets[:, 1:] + torch.arange(8))[:, None, :]
    return padded[torch.arange(count)[:, None, None], 0, rows, columns][:, None]


def train(network, split, epochs, batch, rate, augment=None):
    """Fits a network with AdamW and a one-cycle rate; the held-out part is not looked at."""
    generator = torch.Generator().manual_seed(SEED)
    inputs, labels = split.training_inputs, split.training_labels
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-4)
    steps = epochs * -(-len(inputs) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for _ in range(epochs):
        for chosen in torch.randperm(len(inputs), generator=generator).split(batch):
            rows = inputs[chosen] if augment is None else augment(inputs[chosen], generator)
            optimiser.zero_grad()
            functional.cross_entropy(network(rows), labels[chosen], label_smoothing=LABEL_SMOOTHING).backward()
            optimiser.step()
            schedule.step()
    return network


def initialiser(name, values):
    array = numpy.asarray(torch.as_tensor(values).detach().numpy(), dtype="<f4", order="C")
    return helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.tobytes(), raw=True)


class GraphBuilder:
    """Appends nodes in order; a node's output is named after the node, unless it is an output of the graph."""

    def __init__(self):
        self.nodes = []
        self.initialisers = []

    def add(self, name, operator, inputs, weights=(), output=None, **attributes):
        for weight, values in weights:
            self.initialisers.append(initialiser(f"{name}.{weight}", values))
        names = list(inputs) + [f"{name}.{weight}" for weight, _ in weights]
        output = output or f"{name}.out"
        self.nodes.append(helper.make_node(operator, names, [output], name=name, **attributes))
        return output

    def convolution(self, name, source, layer):
        weights = [("weight", layer.weight), ("bias", layer.bias)]
        return self.add(name, "Conv", [source], weights, kernel_shape=list(layer.kernel_size),
                        pads=list(layer.padding) * 2, strides=list(layer.stride))

    def dense(self, name, source, layer, output=None):
        # Stored as [inputs, outputs], so that Gemm needs no transposition and hence no attribute.
        return self.add(name, "Gemm", [source], [("weight", layer.weight.T), ("bias", layer.bias)], output)

    def model(self, name, source, source_shape, outputs):
        inputs = [helper.make_tensor_value_info(source, TensorProto.FLOAT, source_shape)]
        results = [helper.make_tensor_value_info(*output) for output in outputs]
        graph = helper.make_graph(self.nodes, name, inputs, results, self.initialisers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        return model


def finish_digits(builder, name):
    builder.add("scale_logits", "Mul", ["logits"], [("factor", LOGIT_SCALE)])
    builder.add("draw_samples", "Multinomial", ["scale_logits.out"], output="samples",
                dtype=TensorProto.INT32, sample_size=SAMPLE_COUNT)
    return builder.model(name, "image", ["N", 1, 8, 8], [
        ("logits", TensorProto.FLOAT, ["N", 10]), ("samples", TensorProto.INT32, ["N", SAMPLE_COUNT])])


def digits_model(network):
    builder = GraphBuilder()
    scaled = builder.add("scale_pixels", "Mul", ["image"], [("factor", PIXEL_SCALE)])
    stem = builder.add("stem_relu", "Relu", [builder.convolution("stem_conv", scaled, network.stem)])
    residual = builder.add("residual_relu", "Relu", [builder.convolution("residual_conv", stem, network.residual)])
    joined = builder.add("residual_add", "Add", [stem, residual])
    halved = builder.add("pool_to_4x4", "MaxPool", [joined], kernel_shape=[2, 2], strides=[2, 2])
    wide = builder.add("wide_relu", "Relu", [builder.convolution("wide_conv", halved, network.wide)])
    quartered = builder.add("pool_to_2x2", "MaxPool", [wide], kernel_shape=[2, 2], strides=[2, 2])
    flat = builder.add("flatten", "Flatten", [quartered], axis=1)
    hidden = builder.add("hidden_relu", "Relu", [builder.dense("hidden_gemm", flat, network.hidden)])
    builder.dense("class_gemm", hidden, network.classes, "logits")
    return finish_digits(builder, "digits")


def small_digits_model(network):
    builder = GraphBuilder()
    scaled = builder.add("scale_pixels", "Mul", ["image"], [("factor", PIXEL_SCALE)])
    stem = builder.add("stem_relu", "Relu", [builder.convolution("stem_conv", scaled, network.stem)])
    flat = builder.add("flatten", "Flatten", [stem], axis=1)
    builder.dense("class_gemm", flat, network.classes, "logits")
    return finish_digits(builder, "digits-small")


def iris_model(network):
    builder = GraphBuilder()
    centred = builder.add("subtract_mean", "Add", ["measurements"], [("minus_mean", network.minus_mean)])
    standard = builder.add("divide_by_deviation", "Mul", [centred], [("inverse_deviation", network.inverse_deviation)])
    hidden = builder.add("hidden_relu", "Relu", [builder.dense("hidden_gemm", standard, network.hidden)])
    builder.dense("class_gemm", hidden, network.classes, "logits")
    return builder.model("iris", "measurements", ["N", 4], [("logits", TensorProto.FLOAT, ["N", 3])])


def run_graph(model, inputs, precision, skipped=()):
    """Returns every tensor of the graph but the random draws; a skipped node hands its first input on."""
    tensors = {model.graph.input[0].name: inputs.to(precision)}
    for weight in model.graph.initializer:
        tensors[weight.name] = torch.from_numpy(numpy_helper.to_array(weight).copy()).to(precision)
    for node in model.graph.node:
        if node.op_type == "Multinomial":
            continue
        values = [tensors[name] for name in node.input]
        attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        tensors[node.output[0]] = values[0] if node.name in skipped else OPERATORS[node.op_type](attributes, *values)
    return tensors


OPERATORS = {
    "Add": lambda _, left, right: left + right,
    "Mul": lambda _, left, right: left * right,
    "Relu": lambda _, value: functional.relu(value),
    "Flatten": lambda attributes, value: value.flatten(attributes["axis"]),
    "Gemm": lambda _, left, right, bias: left @ right + bias,
    "MaxPool": lambda attributes, value: functional.max_pool2d(
        value, attributes["kernel_shape"], attributes["strides"]),
    "Conv": lambda attributes, value, weight, bias: functional.conv2d(
        value, weight, bias, attributes["strides"], attributes["pads"][:2]),
}


def accuracy(model, split, precision=torch.float32, skipped=()):
    logits = run_graph(model, split.held_out_inputs, precision, skipped)["logits"]
    right = int((logits.argmax(1) == split.held_out_labels).sum())
    return f"{right} of {len(logits)} = {right / len(logits):.2%}"


def shortest(values):
    """Gives each number as the shortest decimal that reads back to the same bits in the array's own type."""
    if isinstance(values, numpy.ndarray):
        return [shortest(value) for value in values]
    return float(str(values))


def one_row_a_line(value):
    """Writes JSON with a table's rows on lines of their own, so that a difference can be read."""
    if isinstance(value, list) and isinstance(value[0], list):
        return "[\n  " + ",\n  ".join(json.dumps(row) for row in value) + "\n]"
    return json.dumps(value)


def write_reference(path, model_file, model, split):
    inputs = split.held_out_inputs[:REFERENCE_ROWS]
    single = run_graph(model, inputs, torch.float32)["logits"].numpy()
    double = run_graph(model, inputs, torch.float64)["logits"].numpy()
    fields = {
        "model": model_file.name,
        "sha256": hashlib.sha256(model_file.read_bytes()).hexdigest(),
        "input": model.graph.input[0].name,
        "shape": list(inputs.shape),
        "values": shortest(inputs.reshape(REFERENCE_ROWS, -1).numpy()),
        "labels": split.held_out_labels[:REFERENCE_ROWS].tolist(),
        "logitsFloat32": shortest(single),
        "logitsFloat64": shortest(double),
    }
    lines = [f"{json.dumps(key)}: {one_row_a_line(value)}" for key, value in fields.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", newline="\n")
    return float(numpy.abs(single - double).max())


def print_nodes(model, split):
    """Prints the graph as a table; multiply-adds are those of Conv and Gemm for one row of input."""
    tensors = run_graph(model, split.held_out_inputs[:1], torch.float32)
    sizes = {weight.name: int(numpy.prod(weight.dims)) for weight in model.graph.initializer}
    total_parameters = total_products = 0
    print("| node | operator | attributes | output | parameters | multiply-adds |\n|---|---|---|---|---:|---:|")
    for node in model.graph.node:
        attributes = ", ".join(f"{item.name} = {helper.get_attribute_value(item)}" for item in node.attribute)
        output = tensors[node.output[0]] if node.output[0] in tensors else torch.empty(1, SAMPLE_COUNT)
        parameters = sum(sizes.get(name, 0) for name in node.input)
        products = 0
        if node.op_type in ("Conv", "Gemm"):
            weight = tensors[node.input[1]]
            length = weight[0].numel() if node.op_type == "Conv" else weight.shape[0]
            products = output.numel() * length
        total_parameters += parameters
        total_products += products
        shape = " × ".join(["N"] + [str(size) for size in output.shape[1:]])
        print(f"| `{node.name}` | {node.op_type} | {attributes} | {shape} | {parameters:,} | {products:,} |")
    print(f"| total | | | | {total_parameters:,} | {total_products:,} |")


def print_draws(model, split):
    logits = run_graph(model, split.held_out_inputs, torch.float64)["scale_logits.out"]
    chances = torch.softmax(logits, 1)
    same = ((chances * chances).sum(1) ** SAMPLE_COUNT).mean()
    print(f"most likely class is drawn with probability {chances.max(1)[0].mean():.3f} on average; "
          f"two independent seeds give the same {SAMPLE_COUNT} draws with probability {same:.1e}")


def write_model(model, name, split, out):
    path = out / f"{name}.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))
    model = onnx.load(str(path))
    difference = write_reference(out / "reference" / f"{name}.json", path, model, split)
    print(f"\n{path.name}: {path.stat().st_size:,} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    print_nodes(model, split)
    print(f"held-out accuracy, float32: {accuracy(model, split)}; float64: {accuracy(model, split, torch.float64)}")
    print(f"largest difference of the reference logits between float32 and float64: {difference:.1e}")
    if name != "iris":
        print_draws(model, split)
    if any(node.name == "residual_add" for node in model.graph.node):
        print(f"with the residual block skipped: {accuracy(model, split, skipped=('residual_add',))}")


def main():
    parser = argparse.ArgumentParser(description="Trains the models of this repository.")
    parser.add_argument("--digits", type=pathlib.Path, required=True,
                        help="CSV, perhaps gzipped: 64 pixels and the label a row")
    parser.add_argument("--iris", type=pathlib.Path, required=True,
                        help="CSV: a header, then four measurements and the label a row")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the models and reference/")
    parser.add_argument("--heldout", type=pathlib.Path,
                        help="folder for the held-out rows; none are written without it")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    digits, iris = load_digits(arguments.digits), load_iris(arguments.iris)
    (arguments.out / "reference").mkdir(parents=True, exist_ok=True)
    print(f"torch {torch.__version__}, onnx {onnx.__version__}, numpy {numpy.__version__}, seed {SEED}")

    # Seeded before each network, so that one of them can change without the others.
    torch.manual_seed(SEED)
    network = train(DigitNetwork(), digits, epochs=30, batch=32, rate=3e-3, augment=shift_some)
    write_model(digits_model(network), "digits", digits, arguments.out)

    torch.manual_seed(SEED)
    network = train(SmallDigitNetwork(), digits, epochs=40, batch=32, rate=1e-2)
    write_model(small_digits_model(network), "digits-small", digits, arguments.out)

    torch.manual_seed(SEED)
    network = train(IrisNetwork(iris.training_inputs), iris, epochs=200, batch=16, rate=1e-2)
    write_model(iris_model(network), "iris", iris, arguments.out)

    if arguments.heldout is not None:
        arguments.heldout.mkdir(parents=True, exist_ok=True)
        lines = digits.held_out_lines
        (arguments.heldout / "digits-heldout.csv").write_text("\n".join(lines) + "\n", newline="\n")
        lines = [f"{len(iris.held_out_lines)},4,setosa,versicolor,virginica", *iris.held_out_lines]
        (arguments.heldout / "iris-heldout.csv").write_text("\n".join(lines) + "\n", newline="\n")


if __name__ == "__main__":
    main()
