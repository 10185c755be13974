using Verifiable.Inference.Samples.TaskMarket;

return TaskMarketCommand.Run(args);
