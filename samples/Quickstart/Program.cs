using Verifiable.Inference.Samples.Quickstart;

return QuickstartCommand.Run(args);
