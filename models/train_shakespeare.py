"""Trains the two character decoders of this repository and writes them as ONNX files.

    train_shakespeare.py --text tinyshakespeare.txt --out models [--checkpoints FOLDER]

Writes shakespeare.onnx, shakespeare-small.onnx, shakespeare.tokenizer.json and reference/shakespeare*.json under
--out, and prints what the model cards state. The first nine tenths of the text train, the rest is held out and is
looked at for the printed losses only. Checkpoints, where a folder is given, let an interrupted run go on.

The graphs are built node by node rather than exported, with the inputs and outputs that exporters of decoders use:
past keys and values go in, present ones come out. The reference logits are the network's own, in float32 and in
float64 with the same weights, so that an engine that reads the file is compared with another program.
"""

import os

# Before numpy and torch are imported: a second thread would split sums and change their last bits.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import hashlib
import json
import math
import pathlib
import time

import numpy
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn
from torch.nn import functional

SEED = 20260101
CONTEXT = 256
HELD_OUT = 0.1
REFERENCE_LENGTH = 32


class Sizes:
    def __init__(self, width, layers, heads, steps, batch, rate, dropout):
        self.width, self.layers, self.heads = width, layers, heads
        self.steps, self.batch, self.rate, self.dropout = steps, batch, rate, dropout


MODELS = {
    "shakespeare": Sizes(width=128, layers=5, heads=4, steps=3000, batch=16, rate=2e-3, dropout=0.05),
    "shakespeare-small": Sizes(width=48, layers=1, heads=4, steps=3000, batch=16, rate=4e-3, dropout=0.0),
}


class Block(nn.Module):
    """Attention and a two-layer network, each behind a normalisation and beside a residual (GPT-2's order)."""

    def __init__(self, sizes):
        super().__init__()
        self.heads, self.dropout = sizes.heads, sizes.dropout
        self.before_attention = nn.LayerNorm(sizes.width)
        self.attention = nn.Linear(sizes.width, 3 * sizes.width)
        self.join = nn.Linear(sizes.width, sizes.width)
        self.before_network = nn.LayerNorm(sizes.width)
        self.widen = nn.Linear(sizes.width, 4 * sizes.width)
        self.narrow = nn.Linear(4 * sizes.width, sizes.width)

    def forward(self, stream, mask):
        batch, length, width = stream.shape
        joined = self.attention(self.before_attention(stream))
        query, key, value = (
            part.view(batch, length, self.heads, -1).transpose(1, 2) for part in joined.split(width, 2))
        scores = query @ key.transpose(2, 3) * (1 / math.sqrt(width // self.heads))
        mixed = functional.softmax(scores + mask[:length, :length], 3) @ value
        stream = stream + self.drop(self.join(mixed.transpose(1, 2).reshape(batch, length, width)))
        return stream + self.drop(self.narrow(gelu(self.widen(self.before_network(stream)))))

    def drop(self, values):
        return functional.dropout(values, self.dropout, self.training)


def gelu(values):
    """The form by a hyperbolic tangent that GPT-2 uses."""
    return 0.5 * values * (1 + torch.tanh(math.sqrt(2 / math.pi) * (values + 0.044715 * values**3)))


class Decoder(nn.Module):
    def __init__(self, sizes, characters):
        super().__init__()
        self.characters = nn.Embedding(characters, sizes.width)
        self.positions = nn.Embedding(CONTEXT, sizes.width)
        self.blocks = nn.ModuleList(Block(sizes) for _ in range(sizes.layers))
        self.before_logits = nn.LayerNorm(sizes.width)
        self.logits = nn.Linear(sizes.width, characters, bias=False)
        self.register_buffer("mask", torch.full((CONTEXT, CONTEXT), float("-inf")).triu(1), persistent=False)
        for name, weight in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(weight)
            elif weight.dim() == 2:
                residual = "join" in name or "narrow" in name
                nn.init.normal_(weight, std=0.02 / (math.sqrt(2 * sizes.layers) if residual else 1))

    def forward(self, tokens):
        stream = self.characters(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            stream = block(stream, self.mask)
        return self.logits(self.before_logits(stream))


def train(network, sizes, tokens, checkpoint):
    """Fits by AdamW with a warm-up and a cosine; a checkpoint holds everything that the next step depends on."""
    decayed = [weight for weight in network.parameters() if weight.dim() == 2]
    others = [weight for weight in network.parameters() if weight.dim() != 2]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=sizes.rate, betas=(0.9, 0.99))
    generator = torch.Generator().manual_seed(SEED)
    first, started = 0, time.time()
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(str(checkpoint))
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        generator.set_state(state["generator"])
        torch.set_rng_state(state["random"])
        first = state["step"]
    network.train()
    for step in range(first, sizes.steps):
        warm = min(1, (step + 1) / 100)
        cosine = 0.5 * (1 + math.cos(math.pi * step / sizes.steps))
        for group in optimiser.param_groups:
            group["lr"] = sizes.rate * warm * (0.05 + 0.95 * cosine)
        starts = torch.randint(len(tokens) - CONTEXT - 1, (sizes.batch,), generator=generator)
        rows = tokens[starts[:, None] + torch.arange(CONTEXT + 1)]
        optimiser.zero_grad()
        loss = functional.cross_entropy(network(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimiser.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {sizes.steps}, loss {loss.item():.3f}, {time.time() - started:.0f} s", flush=True)
            if checkpoint is not None:
                torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1,
                            "generator": generator.get_state(), "random": torch.get_rng_state()}, str(checkpoint))
    return network.eval()


def held_out_loss(network, tokens):
    """Nats a character over consecutive windows of a whole context, and the share of characters guessed right."""
    rows = tokens[: (len(tokens) - 1) // CONTEXT * CONTEXT + 1]
    total = right = count = 0
    with torch.no_grad():
        for start in range(0, len(rows) - 1, CONTEXT):
            row = rows[start : start + CONTEXT + 1]
            logits = network(row[None, :-1])[0]
            total += functional.cross_entropy(logits, row[1:], reduction="sum").item()
            right += int((logits.argmax(1) == row[1:]).sum())
            count += CONTEXT
    return total / count, right / count, count


class GraphBuilder:
    """Appends nodes in order; a node's first output is named after the node, unless a name is given."""

    def __init__(self):
        self.nodes, self.initialisers = [], []

    def weight(self, name, values):
        array = numpy.ascontiguousarray(torch.as_tensor(values).detach().numpy())
        types = {numpy.dtype("float32"): TensorProto.FLOAT, numpy.dtype("int64"): TensorProto.INT64}
        self.initialisers.append(
            helper.make_tensor(name, types[array.dtype], array.shape, array.tobytes(), raw=True))
        return name

    def add(self, name, operator, inputs, outputs=None, **attributes):
        outputs = outputs or [f"{name}.out"]
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=name, **attributes))
        return outputs[0]

    def scalar(self, name, operator, source, value):
        return self.add(name, operator, [source, self.weight(f"{name}.constant", torch.tensor(value))])

    def dense(self, name, source, layer):
        product = self.add(name, "MatMul", [source, self.weight(f"{name}.weight", layer.weight.T)])
        if layer.bias is None:
            return product
        return self.add(f"{name}.shift", "Add", [product, self.weight(f"{name}.bias", layer.bias)])

    def normalisation(self, name, source, layer):
        scale, bias = self.weight(f"{name}.scale", layer.weight), self.weight(f"{name}.bias", layer.bias)
        return self.add(name, "LayerNormalization", [source, scale, bias], axis=-1, epsilon=layer.eps)

    def gelu(self, name, source):
        cube = self.scalar(f"{name}.cube", "Pow", source, 3.0)
        bent = self.add(f"{name}.bend", "Add", [source, self.scalar(f"{name}.scale", "Mul", cube, 0.044715)])
        curve = self.add(
            f"{name}.tanh", "Tanh", [self.scalar(f"{name}.slope", "Mul", bent, math.sqrt(2 / math.pi))])
        gate = self.scalar(f"{name}.lift", "Add", curve, 1.0)
        half = self.scalar(f"{name}.half", "Mul", source, 0.5)
        return self.add(f"{name}.gate", "Mul", [half, gate])


def allowed_places(builder):
    """Which places each token may look at: those before it and itself, where the attention mask says so."""
    one = builder.weight("first_axis", torch.tensor([1]))
    flat = builder.weight("scalar_shape", torch.tensor([], dtype=torch.int64))
    lengths = {}
    for name, source in (("new", "input_ids"), ("whole", "attention_mask")):
        shape = builder.add(f"{name}_shape", "Shape", [source])
        lengths[name] = builder.add(
            f"{name}_length", "Reshape", [builder.add(f"{name}_axis", "Gather", [shape, one], axis=0), flat])
    zero, unit = builder.weight("zero", torch.tensor(0)), builder.weight("unit", torch.tensor(1))
    places = builder.add("places", "Range", [zero, lengths["whole"], unit])
    past = builder.add("past_length", "Sub", [lengths["whole"], lengths["new"]])
    own = builder.add("own_places", "Range", [past, lengths["whole"], unit])
    own = builder.add("own_column", "Unsqueeze", [own, one])
    causal = builder.add("causal", "LessOrEqual", [places, own])
    present = builder.add("present", "Cast", ["attention_mask"], to=TensorProto.BOOL)
    middle = builder.weight("middle_axes", torch.tensor([1, 2]))
    return builder.add("allowed", "And", [builder.add("present_row", "Unsqueeze", [present, middle]), causal])


def decoder_model(network, sizes, name):
    builder = GraphBuilder()
    size = sizes.width // sizes.heads
    token = builder.add(
        "token_rows", "Gather", [builder.weight("characters", network.characters.weight), "input_ids"], axis=0)
    place = builder.add(
        "place_rows", "Gather", [builder.weight("positions", network.positions.weight), "position_ids"], axis=0)
    stream = builder.add("stream", "Add", [token, place])
    allowed = allowed_places(builder)
    lowest = builder.weight("lowest", torch.tensor(torch.finfo(torch.float32).min))
    apart = builder.weight("apart", torch.tensor([0, 0, sizes.heads, size]))
    together = builder.weight("together", torch.tensor([0, 0, sizes.width]))
    for index, block in enumerate(network.blocks):
        at = f"block{index}"
        normal = builder.normalisation(f"{at}.before_attention", stream, block.before_attention)
        joined = builder.dense(f"{at}.attention", normal, block.attention)
        builder.add(f"{at}.split", "Split", [joined], [f"{at}.{part}.row" for part in ("query", "key", "value")], axis=2)
        heads = {}
        for part in ("query", "key", "value"):
            rows = builder.add(f"{at}.{part}.apart", "Reshape", [f"{at}.{part}.row", apart])
            heads[part] = builder.add(f"{at}.{part}", "Transpose", [rows], perm=[0, 2, 1, 3])
        for part in ("key", "value"):
            heads[part] = builder.add(f"{at}.{part}.present", "Concat", [f"past_key_values.{index}.{part}", heads[part]],
                                      [f"present.{index}.{part}"], axis=2)
        turned = builder.add(f"{at}.turn", "Transpose", [heads["key"]], perm=[0, 1, 3, 2])
        scores = builder.add(f"{at}.scores", "MatMul", [heads["query"], turned])
        scores = builder.scalar(f"{at}.scale", "Mul", scores, 1 / math.sqrt(size))
        scores = builder.add(f"{at}.masked", "Where", [allowed, scores, lowest])
        mixed = builder.add(f"{at}.mixed", "MatMul", [
            builder.add(f"{at}.weights", "Softmax", [scores], axis=3), heads["value"]])
        mixed = builder.add(f"{at}.back", "Transpose", [mixed], perm=[0, 2, 1, 3])
        mixed = builder.dense(f"{at}.join", builder.add(f"{at}.together", "Reshape", [mixed, together]), block.join)
        stream = builder.add(f"{at}.after_attention", "Add", [stream, mixed])
        normal = builder.normalisation(f"{at}.before_network", stream, block.before_network)
        wide = builder.gelu(f"{at}.gelu", builder.dense(f"{at}.widen", normal, block.widen))
        stream = builder.add(f"{at}.after_network", "Add", [stream, builder.dense(f"{at}.narrow", wide, block.narrow)])
    normal = builder.normalisation("before_logits", stream, network.before_logits)
    builder.add("logits", "MatMul", [normal, builder.weight("logits.weight", network.logits.weight.T)], ["logits"])
    return finish(builder, sizes, size, name, len(network.characters.weight))


def finish(builder, sizes, size, name, characters):
    caches = [f"{index}.{part}" for index in range(sizes.layers) for part in ("key", "value")]
    inputs = [("input_ids", TensorProto.INT64, ["batch", "sequence"]),
              ("attention_mask", TensorProto.INT64, ["batch", "past + sequence"]),
              ("position_ids", TensorProto.INT64, ["batch", "sequence"])]
    inputs += [(f"past_key_values.{cache}", TensorProto.FLOAT, ["batch", sizes.heads, "past", size]) for cache in caches]
    outputs = [("logits", TensorProto.FLOAT, ["batch", "sequence", characters])]
    outputs += [(f"present.{cache}", TensorProto.FLOAT, ["batch", sizes.heads, "past + sequence", size])
                for cache in caches]
    graph = helper.make_graph(
        builder.nodes, name, [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*value) for value in outputs], builder.initialisers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model


def byte_symbol(byte):
    """The printable character that byte-level vocabularies write for a byte (GPT-2's table)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [value for value in range(256) if value not in printable]
    return chr(byte) if byte in printable else chr(256 + others.index(byte))


def write_tokenizer(path, alphabet):
    """A byte-level vocabulary without merges: one token a character."""
    vocabulary = {byte_symbol(ord(character)): token for token, character in enumerate(alphabet)}
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    content = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": split, "post_processor": None, "decoder": split,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": vocabulary, "merges": []},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def write_reference(path, model_file, network, tokens):
    """The logits of the last place after each prefix of a held-out passage, by PyTorch in both precisions."""
    row = tokens[:REFERENCE_LENGTH]
    with torch.no_grad():
        single = network(row[None])[0].numpy()
        double = network.double()(row[None])[0].numpy()
        network.float()
    fields = {"model": model_file.name, "sha256": hashlib.sha256(model_file.read_bytes()).hexdigest(),
              "input_ids": json.dumps(row.tolist())}
    lines = [f'"{key}": {value if key == "input_ids" else json.dumps(value)}' for key, value in fields.items()]
    for key, table in (("logitsFloat32", single), ("logitsFloat64", double)):
        rows = ",\n  ".join(json.dumps([float(str(value)) for value in values]) for values in table)
        lines.append(f'"{key}": [\n  {rows}\n]')
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", newline="\n")
    return float(numpy.abs(single - double).max())


def main():
    parser = argparse.ArgumentParser(description="Trains the character decoders of this repository.")
    parser.add_argument("--text", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the models and reference/")
    parser.add_argument("--checkpoints", type=pathlib.Path, help="folder that lets an interrupted run go on")
    parser.add_argument("--only", choices=MODELS, help="one of the models; both without it")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    text = arguments.text.read_text(encoding="ascii")
    alphabet = sorted(set(text))
    codes = {character: token for token, character in enumerate(alphabet)}
    tokens = torch.tensor([codes[character] for character in text])
    middle = int(len(tokens) * (1 - HELD_OUT))
    (arguments.out / "reference").mkdir(parents=True, exist_ok=True)
    write_tokenizer(arguments.out / "shakespeare.tokenizer.json", alphabet)
    print(f"torch {torch.__version__}, onnx {onnx.__version__}, numpy {numpy.__version__}, seed {SEED}, "
          f"{middle:,} characters train, {len(tokens) - middle:,} are held out")
    for name, sizes in MODELS.items():
        if arguments.only not in (None, name):
            continue
        torch.manual_seed(SEED)
        checkpoint = arguments.checkpoints and arguments.checkpoints / f"{name}.pt"
        network = train(Decoder(sizes, len(alphabet)), sizes, tokens[:middle], checkpoint)
        path = arguments.out / f"{name}.onnx"
        path.write_bytes(decoder_model(network, sizes, name).SerializeToString(deterministic=True))
        difference = write_reference(arguments.out / "reference" / f"{name}.json", path, network, tokens[middle:])
        loss, right, count = held_out_loss(network, tokens[middle:])
        print(f"{path.name}: {path.stat().st_size:,} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}, "
              f"{sum(weight.numel() for weight in network.parameters()):,} parameters")
        print(f"held out: {loss:.4f} nats a character, {right:.2%} of {count:,} guessed right; "
              f"reference logits differ by at most {difference:.1e} between float32 and float64")


if __name__ == "__main__":
    main()
