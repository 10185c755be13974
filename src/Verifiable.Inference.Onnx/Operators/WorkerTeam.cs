using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Threads that wait for the pieces of one operator at a time. A process has one team, shared by all engines: who comes while all are busy works alone, or with those
/// that are left. Which thread computes a piece cannot reach a result: pieces write different elements.
/// </summary>
internal static class WorkerTeam
{
    // Threads spin a little for the next operator, which mostly comes within microseconds, and then sleep.
    private const int SpinsBeforeSleep = 2_000;

    private static readonly Stack<Worker> _idle = new();
    private static readonly Stack<Job> _jobs = new();
    private static readonly Lock _gate = new();
    private static int _workers;

    /// <summary>Runs pieces of a number of items on the calling thread and on up to <paramref name="parts"/> − 1 others, and returns when all are done.</summary>
    /// <param name="parts">The most threads.</param>
    /// <param name="count">The number of items.</param>
    /// <param name="most">The most items of a piece.</param>
    /// <param name="body">Computes the items from its first argument up to, but without, its second.</param>
    /// <param name="cancellationToken">Stops the work between pieces.</param>
    internal static void Run(int parts, int count, int most, Action<int, int> body, CancellationToken cancellationToken)
    {
        Job job = Borrow(parts - 1);
        SharedWork work = job.Work;
        work.Begin(job.Helpers.Count + 1, count, most, body, cancellationToken);
        for (int i = 0; i < job.Helpers.Count; i++)
        {
            job.Helpers[i].Start(work, i + 1);
        }

        work.Work(0);
        foreach (Worker helper in job.Helpers)
        {
            helper.Finish(work);
        }

        try
        {
            work.End();
        }
        finally
        {
            Return(job);
        }
    }

    private static Job Borrow(int wanted)
    {
        lock (_gate)
        {
            while (_idle.Count < wanted && _workers < Math.Max(1, Environment.ProcessorCount - 1))
            {
                _idle.Push(new Worker(_workers));
                _workers++;
            }

            // Used again, so that a run in steady state leaves nothing to collect.
            Job job = _jobs.TryPop(out Job? used) ? used : new Job();
            while (job.Helpers.Count < wanted && _idle.TryPop(out Worker? worker))
            {
                job.Helpers.Add(worker);
            }

            return job;
        }
    }

    private static void Return(Job job)
    {
        lock (_gate)
        {
            foreach (Worker worker in job.Helpers)
            {
                _idle.Push(worker);
            }

            job.Helpers.Clear();
            _jobs.Push(job);
        }
    }

    // The work of one caller and who helps with it: there are as many as callers at one time.
    private sealed class Job
    {
        internal SharedWork Work { get; } = new();

        internal List<Worker> Helpers { get; } = [];
    }

    private sealed class Worker
    {
        private readonly object _bell = new();
        private readonly Thread _thread;
        private SharedWork? _offer;
        private int _share;
        private bool _finished;
        private bool _sleeps;

        internal Worker(int number)
        {
            _thread = new Thread(Loop) { IsBackground = true, Name = FormattableString.Invariant($"Verifiable.Inference worker {number}") };

            // Not with the context of whoever comes first, which a worker would keep for ever.
            _thread.UnsafeStart();
        }

        /// <summary>Offers a job; the worker takes it when it comes to run.</summary>
        internal void Start(SharedWork job, int share)
        {
            _share = share;
            Volatile.Write(ref _finished, false);
            Volatile.Write(ref _offer, job);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _sleeps))
            {
                lock (_bell)
                {
                    Monitor.Pulse(_bell);
                }
            }
        }

        /// <summary>Takes the job back if the worker has not come to it, for nothing is left to do; otherwise waits until the worker has done its last piece.</summary>
        internal void Finish(SharedWork job)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref _offer, null, job), job))
            {
                return;
            }

            var spin = default(SpinWait);
            while (!Volatile.Read(ref _finished))
            {
                // Yields now and then, so that the worker runs where there are fewer cores than threads; never sleeps.
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        private void Loop()
        {
            while (true)
            {
                SharedWork job = Next();
                try
                {
                    // The engine has looked at the calling thread only; this one began as its copy.
                    FloatEnvironment.Require();
                    job.Work(_share);
                }
                catch (PlatformNotSupportedException exception)
                {
                    job.Fail(exception);
                }

                Volatile.Write(ref _finished, true);
            }
        }

        private SharedWork Next()
        {
            for (int i = 0; i < SpinsBeforeSleep; i++)
            {
                if (Volatile.Read(ref _offer) is not null && Interlocked.Exchange(ref _offer, null) is { } job)
                {
                    return job;
                }

                Thread.SpinWait(8);
            }

            lock (_bell)
            {
                // Either this thread sees the offer, or whoever makes it sees that this thread sleeps.
                Volatile.Write(ref _sleeps, true);
                Interlocked.MemoryBarrier();
                while (true)
                {
                    if (Interlocked.Exchange(ref _offer, null) is { } job)
                    {
                        Volatile.Write(ref _sleeps, false);
                        return job;
                    }

                    Monitor.Wait(_bell);
                }
            }
        }
    }
}
