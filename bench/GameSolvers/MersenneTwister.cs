namespace Verifiable.Inference.GameSolvers;

/// <summary>
/// The generator of Python's <c>random</c> for small seeds (Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998), so that anybody can make the games of the rows with three lines of Python.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Length = 624;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    internal MersenneTwister(uint seed)
    {
        unchecked
        {
            _state[0] = 19650218;
            for (uint i = 1; i < Length; i++)
            {
                _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
            }

            int place = 1;
            for (int round = 0; round < Length; round++)
            {
                _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1664525)) + seed;
                place = Follow(place);
            }

            for (int round = 1; round < Length; round++)
            {
                _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1566083941)) - (uint)place;
                place = Follow(place);
            }

            _state[0] = 0x80000000;
        }
    }

    /// <summary>Draws an integer from −100 to 100, as <c>random.randint(-100, 100)</c>.</summary>
    internal int NextPayoff()
    {
        uint drawn;
        do
        {
            drawn = Next() >> 24;
        }
        while (drawn > 200);

        return (int)drawn - 100;
    }

    private int Follow(int place)
    {
        if (place + 1 < Length)
        {
            return place + 1;
        }

        _state[0] = _state[Length - 1];
        return 1;
    }

    private uint Next()
    {
        if (_next == Length)
        {
            for (int i = 0; i < Length; i++)
            {
                uint pair = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
                _state[i] = _state[(i + 397) % Length] ^ (pair >> 1) ^ ((pair & 1) == 0 ? 0 : 0x9908B0DF);
            }

            _next = 0;
        }

        uint value = _state[_next++];
        unchecked
        {
            value ^= value >> 11;
            value ^= (value << 7) & 0x9D2C5680;
            value ^= (value << 15) & 0xEFC60000;
            return value ^ (value >> 18);
        }
    }
}
