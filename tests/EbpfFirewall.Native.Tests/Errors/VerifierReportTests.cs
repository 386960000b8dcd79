namespace EbpfFirewall.Native.Tests.Errors;

public sealed class VerifierReportTests
{
    private static readonly Dictionary<int, string> None = [];

    [Fact]
    public void The_last_line_before_the_statistics_is_the_reason_and_the_last_source_line_its_place()
    {
        const string Log = """
            0: R1=ctx() R10=fp0
            ; return *value; @ a.c:20
            7: (79) r0 = *(u64 *)(r0 +0)
            R0 invalid mem access 'map_value_or_null'
            processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

            """;

        VerifierReport report = VerifierReport.From(Log, None);

        report.Should().Be(new VerifierReport("R0 invalid mem access 'map_value_or_null'", "return *value; @ a.c:20", null));
    }

    [Fact]
    public void The_block_of_newer_kernels_explains_the_same_reason()
    {
        // Linux 7.3, shortened.
        const string Log = """
            ; return *value; @ rejected.bpf.c:18
            7: (79) r0 = *(u64 *)(r0 +0)
            R0 invalid mem access 'map_value_or_null'

            Verification failed: Register Type Safety: Invalid dereference

            Reason:
              R0 may be NULL here. The program could
              dereference NULL on this path.

            At:
              careless @ rejected.bpf.c:18:9
              Source context:
                  16 |         __u64 *value = bpf_map_lookup_elem(&table, &key);
              >>> 18 |         return *value;

            Suggestion:
              Add a NULL check.

            verification time 18339 usec
            subprog 0 (careless) main insns_self 7 insns_total 7 stack 8
            processed 7 insns (limit 1000000)

            """;

        VerifierReport.From(Log, None).ToString().Should().Be(
            "The verifier says: R0 invalid mem access 'map_value_or_null' - at: return *value; @ rejected.bpf.c:18"
            + " - R0 may be NULL here. The program could dereference NULL on this path. Add a NULL check.");
        VerifierReport.From(Log[Log.IndexOf("Verification", StringComparison.Ordinal)..], None).Reason.Should().Be("Register Type Safety: Invalid dereference");
    }

    [Fact]
    public void A_poisoned_instruction_is_translated()
    {
        const string Log = """
            ; return bpf_core_read(...); @ a.c:20
            3: (85) call unknown#195896080
            invalid func unknown#195896080
            processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

            """;

        VerifierReport report = VerifierReport.From(Log, new Dictionary<int, string> { [3] = "offset of struct a.b" });

        report.Reason.Should().Contain("offset of struct a.b").And.Contain("195896080");
        VerifierReport.From("", None).Reason.Should().Be("the verifier gave no reason");
    }
}
