using System.Diagnostics;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Unix;

/// <summary>Programs as they are: an HTTP server on a unix socket, as container engines have one.</summary>
public sealed class UnixProgramTests
{
    [KernelFact]
    public async Task Curl_reaches_a_server_that_a_rule_names_and_is_refused_without_one()
    {
        using Folder folder = new();
        string configuration = folder["nginx.conf"];
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            daemon off; master_process off; pid {{folder["pid"]}}; error_log /dev/null;
            events { }
            http { access_log off; client_body_temp_path {{folder.Path}}; proxy_temp_path {{folder.Path}}; fastcgi_temp_path {{folder.Path}}; uwsgi_temp_path {{folder.Path}}; scgi_temp_path {{folder.Path}};
              server { listen unix:{{folder["s"]}}; return 200 "served"; } }
            """);
        using Process nginx = Process.Start(new ProcessStartInfo("nginx", ["-c", configuration, "-e", "/dev/null"]))!;
        SpinWait.SpinUntil(() => File.Exists(folder["s"]), TimeSpan.FromSeconds(20)).Should().BeTrue();
        string[] ask = ["-sS", "--unix-socket", folder["s"], "http://engine/info"];

        await using Lab allowed = await Lab.StartAsync(builder => builder.Allow($"unix:{folder["s"]}"));
        Output served = await allowed.RunAsync("curl", ask);
        await using Lab denied = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
        Output refused = await denied.RunAsync("curl", ask);
        nginx.Kill();

        served.Out.Should().Be("served");
        refused.ExitCode.Should().Be(7, "curl could not connect: {0}", refused.Error);
    }

    [KernelFact]
    public async Task A_service_that_is_not_there_is_not_told_of()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));

        await lab.RunAsync("curl", ["-sS", "--unix-socket", "/var/run/efw-not-there", "http://engine/"]);
        await lab.RunAsync("curl", ["-sS", "--unix-socket", "/efw-not-there", "http://engine/"]);

        (await lab.EndAsync()).Select(decision => decision.UnixSocket).Should().Equal("/efw-not-there");
    }

    [KernelFact]
    public async Task A_server_and_its_client_in_one_sandbox_need_no_rule()
    {
        using Folder folder = new();
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
        string script =
            "import socketserver,http.server,threading,subprocess,sys\n"
            + "class S(socketserver.UnixStreamServer):\n def get_request(self):\n  r,_=super().get_request(); return r,('',0)\n"
            + "class H(http.server.BaseHTTPRequestHandler):\n def do_GET(self):\n  self.send_response(200); self.end_headers(); self.wfile.write(b'own')\n def log_message(self,*a): pass\n"
            + $"s=S('{folder["s"]}',H); threading.Thread(target=s.serve_forever,daemon=True).start()\n"
            + $"print(subprocess.run(['curl','-sS','--unix-socket','{folder["s"]}','http://x/'],capture_output=True,text=True).stdout)";

        Output output = await lab.RunAsync("/usr/bin/python3", "-ISc", script);

        output.Out.Trim().Should().Be("own", output.Error);
    }
}
