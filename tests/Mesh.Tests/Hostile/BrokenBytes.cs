using System.Buffers.Binary;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>Input from broken or malicious senders: bytes that are no message, or barely one.</summary>
internal static class BrokenBytes
{
    /// <summary>Bytes derived from a message's bytes.</summary>
    public static byte[] Of(byte[] message, Random random) => random.Next(9) switch
    {
        0 => message[..random.Next(message.Length + 1)],
        1 => HostileValues.Bytes(random),
        2 => Flipped(message, random),
        3 => WrongType(random),
        4 => InvalidUtf8(random),
        5 => Groups(random.Next(1, 60_000)),
        6 => Nested(random.Next(1, 2_000), random),
        7 => [.. message, .. message, .. message],
        _ => [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. message],
    };

    private static byte[] Flipped(byte[] message, Random random)
    {
        var bytes = message.ToArray();
        for (var i = Math.Min(bytes.Length, random.Next(1, 8)); i > 0; i--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    /// <summary>One of the fields 1 to 8 as a number, eight bytes, text, four bytes, or an unknown wire type.</summary>
    private static byte[] WrongType(Random random)
    {
        var bytes = new byte[14];
        random.NextBytes(bytes);
        bytes[0] = (byte)((random.Next(1, 9) << 3) | random.Next(8));
        return bytes;
    }

    /// <summary>Invalid UTF-8 in one of the first fields.</summary>
    private static byte[] InvalidUtf8(Random random) => [(byte)((random.Next(1, 5) << 3) | 2), 4, 0xC3, 0x28, 0xFF, 0xFE];

    /// <summary>Endlessly nested groups.</summary>
    private static byte[] Groups(int depth)
    {
        var bytes = new byte[depth];
        Array.Fill(bytes, (byte)0x0B);
        return bytes;
    }

    /// <summary>Nested messages, each as field 1 or 2 of its parent.</summary>
    private static byte[] Nested(int depth, Random random)
    {
        byte[] bytes = [];
        Span<byte> length = stackalloc byte[5];
        for (var i = 0; i < depth; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, Padded(bytes.Length));
            bytes = [(byte)((random.Next(1, 3) << 3) | 2), .. length[..4], .. bytes];
        }

        return bytes;
    }

    /// <summary>A length as a varint of four bytes.</summary>
    private static uint Padded(int value) =>
        (uint)(value & 0x7F) | 0x80 | ((uint)(value >> 7 & 0x7F) << 8) | 0x8000 | ((uint)(value >> 14 & 0x7F) << 16) | 0x800000 | ((uint)(value >> 21 & 0x7F) << 24);
}
