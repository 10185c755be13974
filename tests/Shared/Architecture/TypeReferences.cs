using System.Reflection;
using System.Reflection.Emit;

namespace Verifiable.Inference.Architecture;

/// <summary>Finds the types that a type refers to: in its signatures and in the bodies of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<ushort, OpCode> _opCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => unchecked((ushort)code.Value));

    public static IReadOnlySet<Type> Of(Type type)
    {
        HashSet<Type> found = [];
        Add(found, type.BaseType);
        AddAll(found, type.GetInterfaces());
        AddAll(found, type.GetFields(Declared).Select(field => field.FieldType));
        AddAll(found, type.CustomAttributes.Select(attribute => attribute.AttributeType));
        foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
        {
            AddAll(found, method.GetParameters().Select(parameter => parameter.ParameterType));
            Add(found, (method as MethodInfo)?.ReturnType);
            AddBody(found, method);
        }

        return found;
    }

    private static void AddBody(HashSet<Type> found, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } code)
        {
            return;
        }

        AddAll(found, body.LocalVariables.Select(variable => variable.LocalType));
        for (int place = 0; place < code.Length;)
        {
            ushort value = code[place++];
            if (value == 0xFE)
            {
                value = (ushort)(0xFE00 | code[place++]);
            }

            OperandType operand = _opCodes[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                AddMember(found, Resolve(method, BitConverter.ToInt32(code, place)));
            }

            place += operand == OperandType.InlineSwitch ? 4 + (4 * BitConverter.ToInt32(code, place)) : SizeOf(operand);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static void AddMember(HashSet<Type> found, MemberInfo? member)
    {
        Add(found, member as Type ?? member?.DeclaringType);
        if (member is MethodInfo { IsGenericMethod: true } generic)
        {
            AddAll(found, generic.GetGenericArguments());
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static void AddAll(HashSet<Type> found, IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            Add(found, type);
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
        }
        else if (found.Add(type) && type.IsGenericType)
        {
            AddAll(found, type.GetGenericArguments());
        }
    }
}
