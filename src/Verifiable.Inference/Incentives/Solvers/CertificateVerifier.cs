namespace Verifiable.Inference.Incentives.Solvers;
/// <summary>x</summary>
public static class CertificateVerifier { }
