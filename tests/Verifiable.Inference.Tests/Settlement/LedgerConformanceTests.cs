using Verifiable.Inference.Storage;
using Verifiable.Inference.Tests.Storage;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class MemoryLedgerTests() : LedgerConformance(new MemoryCase());

public sealed class JournalLedgerTests() : LedgerConformance(new JournalCase(FsyncPolicy.EachCommit));
