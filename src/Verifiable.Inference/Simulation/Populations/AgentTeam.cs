namespace Verifiable.Inference.Simulation.Populations;

/// <summary>Threads that step the agents together: each has its share of every population's tiles, and all wait for each other between steps. Used once.</summary>
internal sealed class AgentTeam
{
    private readonly AgentColumns[] _columns;
    private readonly int _width;
    private readonly int _threads;
    private readonly ulong[] _keys;
    private readonly long[] _ones;
    private uint _step;
    private bool _isOver;
    private Exception? _fault;

    public AgentTeam(AgentColumns[] columns, int width, int threads, ulong[] keys)
    {
        _columns = columns;
        _width = width;
        _threads = threads;
        _keys = keys;
        _ones = new long[threads * columns.Length];
    }

    /// <summary>Steps until there is no next rule.</summary>
    /// <param name="decide">Gives the rules of the next step; null at the end. Is called by one thread at a time.</param>
    /// <param name="step">Gives the number of the next step.</param>
    /// <param name="note">Is called after each step.</param>
    public void Run(Func<AgentRule[]?> decide, Func<uint> step, Action note)
    {
        void Prepare()
        {
            try
            {
                AgentRule[]? rules = decide();
                _isOver = rules is null;
                _step = step();
                for (int i = 0; i < _columns.Length && rules is not null; i++)
                {
                    _columns[i].Prepare(rules[i]);
                }
            }
            catch (Exception fault)
            {
                // The caller's own model: it is thrown on the caller's thread, once the others have stopped.
                _fault = fault;
                _isOver = true;
            }
        }

        void Finish()
        {
            for (int i = 0; i < _columns.Length; i++)
            {
                long ones = 0;
                for (int thread = 0; thread < _threads; thread++)
                {
                    ones += _ones[(thread * _columns.Length) + i];
                }

                _columns[i].Ones = ones;
            }

            note();
            Prepare();
        }

        Prepare();
        if (_threads == 1)
        {
            while (!_isOver)
            {
                Work(0);
                Finish();
            }
        }
        else
        {
            using Barrier barrier = new(_threads, _ => Finish());
            Thread[] others = [.. Enumerable.Range(1, _threads - 1).Select(thread => new Thread(() => Loop(thread, barrier)) { IsBackground = true, Name = "agents " + thread })];
            foreach (Thread other in others)
            {
                other.Start();
            }

            Loop(0, barrier);
            foreach (Thread other in others)
            {
                other.Join();
            }
        }

        if (_fault is not null)
        {
            throw new InvalidOperationException("The model's rule threw, or gave a rule that is out of range.", _fault);
        }
    }

    private void Loop(int thread, Barrier barrier)
    {
        while (!_isOver)
        {
            Work(thread);
            barrier.SignalAndWait();
        }
    }

    private void Work(int thread)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            long tiles = _columns[i].TileCount;
            int first = (int)(tiles * thread / _threads);
            int end = (int)(tiles * (thread + 1) / _threads);
            _ones[(thread * _columns.Length) + i] = _columns[i].Step(_width, first, end - first, _step, _keys);
        }
    }
}
