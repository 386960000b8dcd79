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
    public void The_labelled_block_of_newer_kernels_is_preferred()
    {
        const string Log = """
            7: (79) r0 = *(u64 *)(r0 +0)
            processed 8 insns (limit 1000000)

            Verification failed: invalid memory access
            Reason: pointer may be NULL
              At: a.c:20
            Suggestion: test it first

            """;

        VerifierReport.From(Log, None).ToString().Should().Be("The verifier says: pointer may be NULL - at: a.c:20 - test it first");
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
