using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli;

/// <summary>The options of <c>efw run</c>, as the parser knows them.</summary>
internal sealed class RunCommandOptions
{
    private const int DnsPort = 53;

    private const string Allow = "allow";
    private const string Deny = "deny";

    private readonly Option<string[]> _allow = new("--allow")
    {
        Description = "Allow what this rule names (repeatable). With it the mode is allow-list: everything else is denied.",
        HelpName = "rule",
    };

    private readonly Option<string[]> _deny = new("--deny")
    {
        Description = "Deny what this rule names (repeatable). With nothing but these the mode is deny-list.",
        HelpName = "rule",
    };

    private readonly Option<string[]> _limit = new("--limit")
    {
        Description = "Limit what the command sends, or each of its processes (repeatable): sandbox:bytes=100MB/1h, process:connections=20/s, sandbox:names=50.",
        HelpName = "limit",
    };

    private readonly Option<bool> _observe = new("--observe")
    {
        Description = "Block nothing; report what would have been blocked.",
    };

    private readonly Option<PolicyMode?> _mode = new("--mode")
    {
        Description = $"Set the mode instead of inferring it: {string.Join(", ", PolicyModeText.All)}.",
        HelpName = "mode",
        CustomParser = ParseMode,
    };

    private readonly Option<bool> _strictTtl = new("--strict-ttl")
    {
        Description = "End a connection that a name opened when the answer that led there ends. Default: it goes on, and only to there.",
    };

    private readonly Option<string> _inbound = new("--inbound")
    {
        Description = "allow: take connections and datagrams from outside. deny, the default: the command may listen for itself alone.",
        HelpName = "allow|deny",
        DefaultValueFactory = static _ => Deny,
    };

    private readonly Option<IPEndPoint[]> _dnsUpstream = new("--dns-upstream")
    {
        Description = "Name server to ask, address or address:port (repeatable). Default: those of /etc/resolv.conf.",
        HelpName = "address",
        CustomParser = ParseServers,
    };

    private readonly Option<bool> _allowDnsRequest = new("--allow-dns-request")
    {
        Description = "Answer DNS queries for denied names; their addresses stay closed. A name that is asked for can carry data out.",
    };

    private readonly Option<string?> _logFile = new("--log-file")
    {
        Description = "Append every event to this file, one JSON object a line.",
        HelpName = "file",
    };

    private readonly Option<string?> _user = new("--user")
    {
        Description = "User that the command runs as, name or id. Default: the one that called sudo, else the current one.",
        HelpName = "user",
    };

    private readonly Option<string[]> _privileged = new("--privileged")
    {
        Description = "Let the command keep this (repeatable): io_uring, namespaces, processes, abstract_unix, or a capability such as net_raw. "
            + "What it opens is said when the command starts.",
        HelpName = "what",
    };

    private readonly Option<FailMode> _failMode = new("--fail-mode")
    {
        Description = "What holds when this process is stopped or hangs: closed (DNS is refused, names' addresses close as answers end) or open "
            + "(what no rule names may be reached). Default: closed.",
        HelpName = "mode",
        CustomParser = ParseFailMode,
    };

    private readonly Option<bool> _debug = new("--debug")
    {
        Description = "Report allowed decisions and redirects, too.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_allow);
        command.Options.Add(_deny);
        command.Options.Add(_limit);
        command.Options.Add(_observe);
        command.Options.Add(_mode);
        command.Options.Add(_strictTtl);
        command.Options.Add(_inbound.AcceptOnlyFromAmong(Allow, Deny));
        command.Options.Add(_dnsUpstream);
        command.Options.Add(_allowDnsRequest);
        command.Options.Add(_logFile);
        command.Options.Add(_user);
        command.Options.Add(_privileged);
        command.Options.Add(_failMode);
        command.Options.Add(_debug);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_observe) && result.GetResult(_mode) is not null)
            {
                result.AddError("--observe and --mode both set the mode: give one of them.");
            }
        });
    }

    public RunSettings Read(ParseResult result) => new(
        result.GetValue(_allow) ?? [],
        result.GetValue(_deny) ?? [],
        result.GetValue(_limit) ?? [],
        result.GetValue(_observe) ? PolicyMode.Observe : result.GetValue(_mode),
        result.GetValue(_strictTtl),
        result.GetValue(_inbound) == Allow,
        result.GetValue(_dnsUpstream) ?? [],
        result.GetValue(_allowDnsRequest),
        result.GetValue(_logFile),
        result.GetValue(_user),
        result.GetValue(_privileged) ?? [],
        result.GetValue(_failMode),
        result.GetValue(_debug));

    private static PolicyMode? ParseMode(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (PolicyModeText.TryParse(text, out PolicyMode mode))
        {
            return mode;
        }

        result.AddError($"there is no mode '{text}'; there are {string.Join(", ", PolicyModeText.All)}.");
        return null;
    }

    private static FailMode ParseFailMode(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "closed":
                return FailMode.Closed;
            case "open":
                return FailMode.Open;
            default:
                result.AddError($"there is no fail mode '{result.Tokens[0].Value}'; there are closed and open.");
                return FailMode.Closed;
        }
    }

    private static IPEndPoint[] ParseServers(ArgumentResult result)
    {
        var servers = new List<IPEndPoint>();
        foreach (Token token in result.Tokens)
        {
            if (!IPEndPoint.TryParse(token.Value, out IPEndPoint? server))
            {
                result.AddError($"'{token.Value}' is not a name server: give an address or address:port, IPv6 with a port as [address]:port.");
                continue;
            }

            servers.Add(server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server);
        }

        return [.. servers];
    }
}
