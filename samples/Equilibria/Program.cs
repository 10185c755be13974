using Verifiable.Inference.Samples.Equilibria;

return EquilibriaCommand.Run(args);
