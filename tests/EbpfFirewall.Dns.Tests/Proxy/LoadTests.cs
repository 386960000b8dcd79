using System.Net;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class LoadTests
{
    [Fact]
    public async Task Many_clients_at_once_each_get_the_answer_to_their_own_question()
    {
        const int Clients = 40;
        const int QueriesEach = 100;
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(Msg.A(q.Name, AddressOf(q.Name)))]);

        Task[] clients = [.. Enumerable.Range(0, Clients).Select(c => RunClientAsync(test, c, QueriesEach))];
        await Task.WhenAll(clients);
        for (int i = 0; i < Clients * QueriesEach; i++)
        {
            await test.Host.NextDecisionAsync();
        }

        test.Proxy.Counters.Should().BeEquivalentTo(new { Queries = Clients * QueriesEach, Allowed = Clients * QueriesEach, Denied = 0, Faults = 0 });
        test.Host.Grants.Should().HaveCount(Clients * QueriesEach).And.OnlyContain(g => g.Address.ToString() == AddressOf(g.Name));
    }

    private static async Task RunClientAsync(ProxyUnderTest test, int client, int queries)
    {
        for (ushort i = 0; i < queries; i++)
        {
            string name = $"n{i}.c{client}.example.test";
            byte[] query = Msg.Query(name, DnsType.A, id: i);

            Reply reply = i % 10 == 0 ? await test.AskOverTcpAsync(query) : await test.AskAsync(query);

            reply.Header.Id.Should().Be(i);
            reply.Addresses.Should().Equal(AddressOf(name));
        }
    }

    private static string AddressOf(string name)
    {
        int hash = 0;
        foreach (char c in name)
        {
            hash = unchecked((hash * 31) + c);
        }

        return new IPAddress([192, 0, 2, (byte)hash]).ToString();
    }
}
