using System.Text.RegularExpressions;
using Xunit;
using Assembly = System.Reflection.Assembly;

namespace Mining.Architecture.Tests;

// At stake: pure shares and health, a read model that does not know its engine. The architecture page lists the gateway's folders in order.
public sealed partial class GatewayFolderTests
{
    private static readonly string[] Order =
        FolderList().Match(File.ReadAllText(Path.Combine(Dependencies.Root, "docs", "architecture.md"))).Groups[1].Value.Split(", ");

    [Fact]
    public void The_architecture_page_lists_every_folder_with_code() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(Dependencies.Root, "services", "Gateway"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Dependencies.Root, "services", "Gateway"), file).Split(Path.DirectorySeparatorChar))
            .Where(path => path is [not ("obj" or "bin"), _, ..]).Select(path => path[0]).Distinct().Order(StringComparer.Ordinal),
        Order.Order(StringComparer.Ordinal));

    [Fact]
    public void A_folder_uses_only_folders_to_its_left()
    {
        var uses = Dependencies.In(Assembly.Load("Mining.Gateway")).Concat(Dependencies.InSource("Mining.Gateway")).ToList();
        Assert.Contains(uses, use => IndexOf(use.To) >= 0 && IndexOf(use.To) < IndexOf(use.From));
        var text = string.Join('\n', uses.Where(use => IndexOf(use.From) >= 0 && IndexOf(use.To) > IndexOf(use.From)));
        Assert.True(text.Length == 0, text);
    }

    private static int IndexOf(string type) => type.Split('.') is ["Mining", "Gateway", var folder, _, ..] ? Array.IndexOf(Order, folder) : -1;

    [GeneratedRegex("Each folder of the gateway uses only folders to its left: `([^`]*)`")]
    private static partial Regex FolderList();
}
