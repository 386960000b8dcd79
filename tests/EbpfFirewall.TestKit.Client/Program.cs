using System.Globalization;
using EbpfFirewall.TestKit.Client;

// http URL COUNT | http-shared URL COUNT | tcp HOST PORT COUNT: COUNT requests in a row, the way .NET programs make them.
// Prints "COUNT requests, N failed" and each different failure; exits with 0 when all worked, with 1 when some failed.
Func<Task>? request = args switch
{
    ["http", string url, _] => new HttpRequests(new Uri(url), shared: false).SendAsync,
    ["http-shared", string url, _] => new HttpRequests(new Uri(url), shared: true).SendAsync,
    ["tcp", string host, string port, _] => new TcpRequests(host, int.Parse(port, CultureInfo.InvariantCulture)).SendAsync,
    _ => null,
};
if (request is null)
{
    await Console.Error.WriteLineAsync("usage: http URL COUNT | http-shared URL COUNT | tcp HOST PORT COUNT");
    return 2;
}

int count = int.Parse(args[^1], CultureInfo.InvariantCulture);
Dictionary<string, int> failures = [];
for (int i = 0; i < count; i++)
{
    try
    {
        await request();
    }
    catch (Exception exception)
    {
        string text = $"{exception.GetType().Name}: {exception.Message} <- {exception.InnerException?.Message}";
        failures[text] = failures.GetValueOrDefault(text) + 1;
    }
}

Console.WriteLine($"{count} requests, {failures.Values.Sum()} failed");
foreach ((string text, int times) in failures)
{
    Console.WriteLine($"{times} x {text}");
}

return failures.Count == 0 ? 0 : 1;
