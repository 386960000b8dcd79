using EbpfFirewall.Kernel.Memory;

namespace EbpfFirewall.Tests.Memory;

public sealed class RangeAllocatorTests
{
    [Fact]
    public void Ranges_never_overlap_and_all_of_it_comes_back()
    {
        const uint First = 10;
        const uint Count = 500;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var allocator = new RangeAllocator(First, Count);
        List<(uint First, uint Count)> taken = [];
        for (int i = 0; i < 20_000; i++)
        {
            uint count = (uint)random.Next(1, 40);
            if (random.Next(2) == 0 && allocator.TryTake(count, out uint first))
            {
                first.Should().BeGreaterThanOrEqualTo(First);
                (first + count).Should().BeLessThanOrEqualTo(First + Count);
                taken.Should().NotContain(range => first < range.First + range.Count && range.First < first + count, "seed {0}", seed);
                taken.Add((first, count));
            }
            else if (taken.Count > 0)
            {
                int at = random.Next(taken.Count);
                allocator.Give(taken[at].First, taken[at].Count);
                taken.RemoveAt(at);
            }

            allocator.FreeCount.Should().Be(Count - (uint)taken.Sum(range => range.Count));
        }

        taken.ForEach(range => allocator.Give(range.First, range.Count));
        allocator.TryTake(Count, out uint all).Should().BeTrue();
        all.Should().Be(First);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var allocator = new RangeAllocator(0, 4);

        allocator.TryTake(5, out _).Should().BeFalse();
        allocator.TryTake(4, out _).Should().BeTrue();
        allocator.TryTake(1, out _).Should().BeFalse();
    }
}
