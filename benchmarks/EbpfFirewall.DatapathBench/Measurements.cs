namespace EbpfFirewall.DatapathBench;

/// <summary>The rows of each section, as they come.</summary>
internal static class Measurements
{
    internal static async IAsyncEnumerable<Row> Of(Section section, BenchOptions options)
    {
        foreach (Row row in section switch
        {
            _ when section == Section.Micro => LookUpSection.Measure(options),
            _ when section == Section.InSitu => await InSituSection.MeasureAsync(options),
            _ when section == Section.EndToEnd => await EndToEndSection.MeasureAsync(options),
            _ when section == Section.Events => EventsSection.Measure(options),
            _ when section == Section.Load => LoadSection.Measure(options),
            _ => await AttachSection.MeasureAsync(options),
        })
        {
            yield return row;
        }

        if (section == Section.Load)
        {
            await foreach (Row row in SwapMeasurement.MeasureAsync(options))
            {
                yield return row;
            }
        }
    }
}
