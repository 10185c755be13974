using BenchmarkDotNet.Running;
using Verifiable.Inference.Benchmarks;

// --keys: signing and verifying beside the native libraries, in turns; with --json one object a line. Everything else is BenchmarkDotNet's.
if (args.Contains("--keys"))
{
    KeysInTurns.Run(args.Contains("--json"));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
