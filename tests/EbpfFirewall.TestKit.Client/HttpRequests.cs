namespace EbpfFirewall.TestKit.Client;

/// <summary>GET requests by HttpClient: each on a connection of its own, or all on one handler's pool.</summary>
internal sealed class HttpRequests(Uri uri, bool shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient? _client = shared ? new HttpClient { Timeout = Limit } : null;

    internal async Task SendAsync()
    {
        if (_client is not null)
        {
            await SendAsync(_client);
            return;
        }

        using HttpClient client = new() { Timeout = Limit };
        await SendAsync(client);
    }

    private async Task SendAsync(HttpClient client)
    {
        string text = await client.GetStringAsync(uri);
        if (!text.Contains(uri.Host.Trim('[', ']'), StringComparison.Ordinal))
        {
            throw new InvalidDataException($"Answered by somebody else: {text}");
        }
    }
}
