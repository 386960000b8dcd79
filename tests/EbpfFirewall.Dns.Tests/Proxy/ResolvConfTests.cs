using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class ResolvConfTests
{
    [Fact]
    public void Name_servers_are_taken_in_order_each_once()
    {
        const string Text = """
            # comment
            ; nameserver 192.0.2.9
            search lan
            nameserver 192.0.2.1
            nameserver	2001:db8::53   # trailing
              nameserver 192.0.2.8
            nameserver 192.0.2.1
            nameserver ::ffff:192.0.2.2
            nameserver nonsense
            nameserver
            NAMESERVER 192.0.2.7
            options ndots:5
            """;

        string[] servers = [.. ResolvConf.Parse(Text).Select(server => server.ToString())];

        servers.Should().Equal("192.0.2.1:53", "[2001:db8::53]:53", "192.0.2.2:53");
    }

    [Fact]
    public async Task A_changed_file_is_followed_and_a_broken_one_is_not()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{nameof(A_changed_file_is_followed_and_a_broken_one_is_not)}.{Environment.ProcessId}");
        ShiftedTimeProvider time = new();
        try
        {
            Write(path, "nameserver 127.0.0.1\n", 0);
            await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
                p => p.Allow("example.test"),
                configure: o => o with
                {
                    Upstreams = [],
                    ResolvConfPath = path,
                    TimeProvider = time,
                    QueryTimeout = TimeSpan.FromMilliseconds(50),
                });
            string[] before = Servers(test);

            Write(path, "nameserver 127.0.0.2\nnameserver 127.0.0.1\n", 1);
            await test.AskAsync("example.test");
            string[] tooEarly = Servers(test);
            time.Advance(TimeSpan.FromSeconds(2));
            await test.AskAsync("example.test");
            string[] after = Servers(test);
            Write(path, "search lan\n", 2);
            time.Advance(TimeSpan.FromSeconds(2));
            await test.AskAsync("example.test");
            string[] stillGood = Servers(test);

            before.Should().Equal("127.0.0.1:53");
            tooEarly.Should().Equal("127.0.0.1:53");
            after.Should().Equal("127.0.0.2:53", "127.0.0.1:53");
            stillGood.Should().Equal("127.0.0.2:53", "127.0.0.1:53");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_link_is_followed_to_the_file_that_changes()
    {
        string directory = Directory.CreateTempSubdirectory("efw-resolv-").FullName;
        string link = Path.Combine(directory, "resolv.conf");
        string target = Path.Combine(directory, "stub-resolv.conf");
        ShiftedTimeProvider time = new();
        try
        {
            Write(target, "nameserver 127.0.0.1\n", 0);
            File.CreateSymbolicLink(link, target);
            await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
                p => p.Allow("example.test"),
                configure: o => o with { Upstreams = [], ResolvConfPath = link, TimeProvider = time, QueryTimeout = TimeSpan.FromMilliseconds(50) });

            Write(target, "nameserver 127.0.0.2\n", 1);
            time.Advance(TimeSpan.FromSeconds(2));
            await test.AskAsync("example.test");

            Servers(test).Should().Equal("127.0.0.2:53");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Without_a_name_server_the_start_says_what_to_do(string? content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{nameof(Without_a_name_server_the_start_says_what_to_do)}.{Environment.ProcessId}");
        try
        {
            if (content is not null)
            {
                await File.WriteAllTextAsync(path, content);
            }

            Func<Task> start = () => ProxyUnderTest.StartAsync(
                p => p.Allow("example.test"), configure: o => o with { Upstreams = [], ResolvConfPath = path });

            (await start.Should().ThrowAsync<EgressFirewallException>()).Which.Code.Should().Be("EFW0301");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Servers(ProxyUnderTest test) => [.. test.Proxy.Upstreams.Select(server => server.ToString())];

    private static void Write(string path, string text, int version)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(1000 + version));
    }
}
