using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <content>The tiles: every sum is a local, so that it stays in a register.</content>
internal static partial class ContractionKernel<TWidth, TVector>
{
    // 24 accumulators, two vectors of the right operand and one factor: 27 of 32 registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Twelve(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c000 = TWidth.Broadcast(0f), c001 = c000;
        TVector c010 = c000, c011 = c000, c020 = c000, c021 = c000, c030 = c000, c031 = c000, c040 = c000, c041 = c000;
        TVector c050 = c000, c051 = c000, c060 = c000, c061 = c000, c070 = c000, c071 = c000, c080 = c000, c081 = c000;
        TVector c090 = c000, c091 = c000, c100 = c000, c101 = c000, c110 = c000, c111 = c000;
        unchecked
        {
            ref float a3 = ref Unsafe.AddByteOffset(ref a, 3 * rowStep);
            ref float a6 = ref Unsafe.AddByteOffset(ref a, 6 * rowStep);
            ref float a9 = ref Unsafe.AddByteOffset(ref a, 9 * rowStep);
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c000 = TWidth.FusedMultiplyAdd(x, b0, c000);
                c001 = TWidth.FusedMultiplyAdd(x, b1, c001);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, rowStep));
                c010 = TWidth.FusedMultiplyAdd(x, b0, c010);
                c011 = TWidth.FusedMultiplyAdd(x, b1, c011);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, 2 * rowStep));
                c020 = TWidth.FusedMultiplyAdd(x, b0, c020);
                c021 = TWidth.FusedMultiplyAdd(x, b1, c021);
                x = TWidth.Broadcast(a3);
                c030 = TWidth.FusedMultiplyAdd(x, b0, c030);
                c031 = TWidth.FusedMultiplyAdd(x, b1, c031);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a3, rowStep));
                c040 = TWidth.FusedMultiplyAdd(x, b0, c040);
                c041 = TWidth.FusedMultiplyAdd(x, b1, c041);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a3, 2 * rowStep));
                c050 = TWidth.FusedMultiplyAdd(x, b0, c050);
                c051 = TWidth.FusedMultiplyAdd(x, b1, c051);
                x = TWidth.Broadcast(a6);
                c060 = TWidth.FusedMultiplyAdd(x, b0, c060);
                c061 = TWidth.FusedMultiplyAdd(x, b1, c061);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a6, rowStep));
                c070 = TWidth.FusedMultiplyAdd(x, b0, c070);
                c071 = TWidth.FusedMultiplyAdd(x, b1, c071);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a6, 2 * rowStep));
                c080 = TWidth.FusedMultiplyAdd(x, b0, c080);
                c081 = TWidth.FusedMultiplyAdd(x, b1, c081);
                x = TWidth.Broadcast(a9);
                c090 = TWidth.FusedMultiplyAdd(x, b0, c090);
                c091 = TWidth.FusedMultiplyAdd(x, b1, c091);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a9, rowStep));
                c100 = TWidth.FusedMultiplyAdd(x, b0, c100);
                c101 = TWidth.FusedMultiplyAdd(x, b1, c101);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a9, 2 * rowStep));
                c110 = TWidth.FusedMultiplyAdd(x, b0, c110);
                c111 = TWidth.FusedMultiplyAdd(x, b1, c111);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                a3 = ref Unsafe.AddByteOffset(ref a3, depthStep);
                a6 = ref Unsafe.AddByteOffset(ref a6, depthStep);
                a9 = ref Unsafe.AddByteOffset(ref a9, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c000, c001, ref c, 0, accumulates, ref bias, 0);
            Finish(c010, c011, ref c, stride, accumulates, ref bias, 1);
            Finish(c020, c021, ref c, 2 * stride, accumulates, ref bias, 2);
            Finish(c030, c031, ref c, 3 * stride, accumulates, ref bias, 3);
            Finish(c040, c041, ref c, 4 * stride, accumulates, ref bias, 4);
            Finish(c050, c051, ref c, 5 * stride, accumulates, ref bias, 5);
            Finish(c060, c061, ref c, 6 * stride, accumulates, ref bias, 6);
            Finish(c070, c071, ref c, 7 * stride, accumulates, ref bias, 7);
            Finish(c080, c081, ref c, 8 * stride, accumulates, ref bias, 8);
            Finish(c090, c091, ref c, 9 * stride, accumulates, ref bias, 9);
            Finish(c100, c101, ref c, 10 * stride, accumulates, ref bias, 10);
            Finish(c110, c111, ref c, 11 * stride, accumulates, ref bias, 11);
        }
    }

    // 12 accumulators, two vectors of the right operand and one factor: 15 of 16 registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Six(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00;
        TVector c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00;
        TVector c50 = c00, c51 = c00;
        unchecked
        {
            ref float a3 = ref Unsafe.AddByteOffset(ref a, 3 * rowStep);
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, rowStep));
                c10 = TWidth.FusedMultiplyAdd(x, b0, c10);
                c11 = TWidth.FusedMultiplyAdd(x, b1, c11);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, 2 * rowStep));
                c20 = TWidth.FusedMultiplyAdd(x, b0, c20);
                c21 = TWidth.FusedMultiplyAdd(x, b1, c21);
                x = TWidth.Broadcast(a3);
                c30 = TWidth.FusedMultiplyAdd(x, b0, c30);
                c31 = TWidth.FusedMultiplyAdd(x, b1, c31);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a3, rowStep));
                c40 = TWidth.FusedMultiplyAdd(x, b0, c40);
                c41 = TWidth.FusedMultiplyAdd(x, b1, c41);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a3, 2 * rowStep));
                c50 = TWidth.FusedMultiplyAdd(x, b0, c50);
                c51 = TWidth.FusedMultiplyAdd(x, b1, c51);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                a3 = ref Unsafe.AddByteOffset(ref a3, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c00, c01, ref c, 0, accumulates, ref bias, 0);
            Finish(c10, c11, ref c, stride, accumulates, ref bias, 1);
            Finish(c20, c21, ref c, 2 * stride, accumulates, ref bias, 2);
            Finish(c30, c31, ref c, 3 * stride, accumulates, ref bias, 3);
            Finish(c40, c41, ref c, 4 * stride, accumulates, ref bias, 4);
            Finish(c50, c51, ref c, 5 * stride, accumulates, ref bias, 5);
        }
    }

    // Rows left over by the tiles above.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Four(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00;
        TVector c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
        unchecked
        {
            ref float a3 = ref Unsafe.AddByteOffset(ref a, 3 * rowStep);
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, rowStep));
                c10 = TWidth.FusedMultiplyAdd(x, b0, c10);
                c11 = TWidth.FusedMultiplyAdd(x, b1, c11);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, 2 * rowStep));
                c20 = TWidth.FusedMultiplyAdd(x, b0, c20);
                c21 = TWidth.FusedMultiplyAdd(x, b1, c21);
                x = TWidth.Broadcast(a3);
                c30 = TWidth.FusedMultiplyAdd(x, b0, c30);
                c31 = TWidth.FusedMultiplyAdd(x, b1, c31);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                a3 = ref Unsafe.AddByteOffset(ref a3, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c00, c01, ref c, 0, accumulates, ref bias, 0);
            Finish(c10, c11, ref c, stride, accumulates, ref bias, 1);
            Finish(c20, c21, ref c, 2 * stride, accumulates, ref bias, 2);
            Finish(c30, c31, ref c, 3 * stride, accumulates, ref bias, 3);
        }
    }

    // Rows left over.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Three(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00;
        TVector c10 = c00, c11 = c00, c20 = c00, c21 = c00;
        unchecked
        {
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, rowStep));
                c10 = TWidth.FusedMultiplyAdd(x, b0, c10);
                c11 = TWidth.FusedMultiplyAdd(x, b1, c11);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, 2 * rowStep));
                c20 = TWidth.FusedMultiplyAdd(x, b0, c20);
                c21 = TWidth.FusedMultiplyAdd(x, b1, c21);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c00, c01, ref c, 0, accumulates, ref bias, 0);
            Finish(c10, c11, ref c, stride, accumulates, ref bias, 1);
            Finish(c20, c21, ref c, 2 * stride, accumulates, ref bias, 2);
        }
    }

    // Rows left over.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Two(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00;
        TVector c10 = c00, c11 = c00;
        unchecked
        {
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                x = TWidth.Broadcast(Unsafe.AddByteOffset(ref a, rowStep));
                c10 = TWidth.FusedMultiplyAdd(x, b0, c10);
                c11 = TWidth.FusedMultiplyAdd(x, b1, c11);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c00, c01, ref c, 0, accumulates, ref bias, 0);
            Finish(c10, c11, ref c, stride, accumulates, ref bias, 1);
        }
    }

    // The last row.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void One(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint rowStep, nint depthStep, nint lineStep) = (operands.RowStep, operands.DepthStep, operands.LineStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00;
        unchecked
        {
            for (int k = operands.Length; ;)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            nuint stride = operands.OutputStep;
            bool accumulates = operands.Accumulates;
            Finish(c00, c01, ref c, 0, accumulates, ref bias, 0);
        }
    }

    // The last row, two panels at a time: a chain of two sums would wait for itself.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OneOfTwoPanels(in Operands operands, ref float a, ref float b, ref float c, ref float bias)
    {
        (nint depthStep, nint lineStep, nint panelStep) = (operands.DepthStep, operands.LineStep, operands.PanelStep);
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00, c02 = c00, c03 = c00;
        unchecked
        {
            for (int k = operands.Length; ;)
            {
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref b, 0), c00);
                c01 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref b, lanes), c01);
                c02 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref Unsafe.AddByteOffset(ref b, panelStep), 0), c02);
                c03 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref Unsafe.AddByteOffset(ref b, panelStep), lanes), c03);
                if (--k == 0)
                {
                    break;
                }

                a = ref Unsafe.AddByteOffset(ref a, depthStep);
                b = ref Unsafe.AddByteOffset(ref b, lineStep);
            }

            Finish(c00, c01, ref c, 0, operands.Accumulates, ref bias, 0);
            Finish(c02, c03, ref c, 2 * lanes, operands.Accumulates, ref bias, 0);
        }
    }
}
