using System.Text.Json;
using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>The BPF objects of the machine, as bpftool lists them.</summary>
internal static class BpfObjects
{
    /// <summary>All of a kind: <c>link</c>, <c>prog</c> or <c>map</c>.</summary>
    internal static async Task<JsonElement[]> ListAsync(string kind)
    {
        CommandResult list = (await CommandRunner.RunAsync("bpftool", "--json", kind, "show")).EnsureSuccess();
        using JsonDocument document = JsonDocument.Parse(list.Output);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(item => item.Clone())]
            : [];
    }

    internal static int Id(JsonElement item) => item.GetProperty("id").GetInt32();

    /// <summary>The links on cgroups, their programs, and the maps of these: "link 1", "prog 2", "map 3".</summary>
    internal static async Task<HashSet<string>> FindAttachedAsync(string[] cgroups)
    {
        HashSet<string> found = [];
        if (cgroups.Length == 0)
        {
            return found;
        }

        // A cgroup's id is the inode number of its directory. One that has just gone makes stat fail, and has no links.
        CommandResult inodes = await CommandRunner.RunAsync("stat", ["-c", "%i", .. cgroups]);
        HashSet<long> ids = [.. inodes.Lines.Select(long.Parse)];
        HashSet<int> programs = [];
        foreach (JsonElement link in await ListAsync("link"))
        {
            if (link.TryGetProperty("cgroup_id", out JsonElement cgroup) && ids.Contains(cgroup.GetInt64()))
            {
                found.Add($"link {Id(link)}");
                programs.Add(link.GetProperty("prog_id").GetInt32());
            }
        }

        foreach (JsonElement program in (await ListAsync("prog")).Where(program => programs.Contains(Id(program))))
        {
            found.Add($"prog {Id(program)}");
            if (program.TryGetProperty("map_ids", out JsonElement maps))
            {
                found.UnionWith(maps.EnumerateArray().Select(map => $"map {map.GetInt32()}"));
            }
        }

        return found;
    }
}
