using System.Collections.Immutable;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The programs that the rules of one attachment name, as the kernel side knows them (<c>efw_exes</c>): paths here, files there. A path that leads to another
/// file than before counts once it has been looked at again; until then neither file is more than it was.
/// </summary>
/// <param name="executables">The table of the kernel side.</param>
/// <param name="attachment">Id of the attachment.</param>
/// <param name="onChange">Told a path, and why no process is that program; null: from now on one can be.</param>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ExecutableFiles(
    BpfMap<ExecutableKey, ExecutableRecord> executables, uint attachment, Action<string, string?> onChange) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExecutableFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _problems = new(StringComparer.Ordinal);
    private Dictionary<ExecutableKey, ExecutableRecord> _written = [];
    private ImmutableDictionary<string, ushort> _numbers = ImmutableDictionary<string, ushort>.Empty;
    private ImmutableDictionary<string, ushort>? _before;

    /// <summary>The paths that no process is known by now.</summary>
    public ImmutableArray<string> Missing
    {
        get
        {
            lock (_gate)
            {
                return [.. _problems.Where(entry => entry.Value is not null).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>
    /// Makes a policy's programs known before the policy comes into force. Those of the policy before stay until <see cref="Complete"/>.
    /// </summary>
    /// <exception cref="EgressFirewallException">There is no room for them.</exception>
    public void Prepare(PolicyImage image)
    {
        ImmutableDictionary<string, ushort> numbers = image.Policy.Policy.Executables
            .Zip(image.ExecutableNumbers).ToImmutableDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        lock (_gate)
        {
            if (numbers.IsEmpty && _numbers.IsEmpty)
            {
                return;
            }

            _before = _numbers;
            _numbers = _numbers.SetItems(numbers);
            try
            {
                Update();
            }
            catch (BpfException error)
            {
                Revert();
                throw KernelEngine.Refused(error);
            }

            _numbers = numbers;
        }
    }

    /// <summary>The policy is in force, or was refused.</summary>
    public void Complete(bool isInForce)
    {
        lock (_gate)
        {
            if (_before is null)
            {
                return;
            }

            if (isInForce)
            {
                _before = null;
                Update();
            }
            else
            {
                Revert();
            }
        }
    }

    /// <summary>Looks where the paths lead now.</summary>
    /// <exception cref="BpfException">The kernel refused; what was known stays.</exception>
    public void Refresh()
    {
        lock (_gate)
        {
            if (!_numbers.IsEmpty)
            {
                Update();
            }
        }
    }

    /// <summary>The paths by which rules name a program.</summary>
    /// <returns>Null when it is not known.</returns>
    public IReadOnlyCollection<string>? PathsOf(in FileRecord program)
    {
        lock (_gate)
        {
            if (_numbers.IsEmpty)
            {
                return [];
            }

            FileRecord file = program;
            bool isStranger = _written.TryGetValue(KeyOf(file), out ExecutableRecord known) && known.Inode != file.Inode;
            return file.Inode == 0 || isStranger ? null : [.. _files.Values.Where(entry => entry.Identity == file).Select(entry => entry.Path)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _numbers = _numbers.Clear();
            _before = null;
            Update();
        }
    }

    private ExecutableKey KeyOf(in FileRecord file) => new(file.Number, file.Device, attachment);

    private void Revert()
    {
        _numbers = _before!;
        _before = null;
        Update();
    }

    private void Update()
    {
        List<ExecutableFile> before = Find();
        Dictionary<ExecutableKey, ExecutableRecord> records = [];
        foreach ((string path, ushort number) in _numbers.OrderBy(entry => entry.Value))
        {
            ExecutableFile file = _files[path];
            Note(path, file.Problem ?? Add(records, file.Identity, number));
        }

        // A file is held until the kernel side knows it no more: its number must not become another's.
        Write(records);
        before.ForEach(file => file.Dispose());
    }

    /// <returns>What was known before.</returns>
    private List<ExecutableFile> Find()
    {
        List<ExecutableFile> before = [];
        foreach (string path in _files.Keys.Where(path => !_numbers.ContainsKey(path)).ToList())
        {
            _files.Remove(path, out ExecutableFile? file);
            _problems.Remove(path);
            before.Add(file!);
        }

        foreach (string path in _numbers.Keys)
        {
            var found = ExecutableFile.Find(path);
            if (_files.TryGetValue(path, out ExecutableFile? known))
            {
                before.Add(known);
            }

            _files[path] = found;
        }

        return before;
    }

    /// <returns>Why it could not be added; null: it was.</returns>
    private string? Add(Dictionary<ExecutableKey, ExecutableRecord> records, in FileRecord file, ushort number)
    {
        ExecutableKey key = KeyOf(file);
        if (!records.TryGetValue(key, out ExecutableRecord known))
        {
            records.Add(key, new ExecutableRecord(file.Inode, number));
            return null;
        }

        if (known.Inode != file.Inode)
        {
            return "its file system gives it the number of another program in the rules";
        }

        if (known.Exes >> (ExecutableRecord.NumberBits * (ExecutableRecord.NumbersMax - 1)) != 0)
        {
            return $"it is the same file as {ExecutableRecord.NumbersMax} others in the rules, and more are not looked at";
        }

        records[key] = known with { Exes = (known.Exes << ExecutableRecord.NumberBits) | number };
        return null;
    }

    private void Note(string path, string? problem)
    {
        bool isKnown = _problems.TryGetValue(path, out string? before);
        _problems[path] = problem;
        if (isKnown ? problem != before : problem is not null)
        {
            onChange(path, problem);
        }
    }

    // What is no longer a program first: at no time is a file more than it should be.
    private void Write(Dictionary<ExecutableKey, ExecutableRecord> records)
    {
        foreach (ExecutableKey key in _written.Keys.Where(key => !records.ContainsKey(key)).ToList())
        {
            executables.Remove(key);
            _written.Remove(key);
        }

        foreach ((ExecutableKey key, ExecutableRecord record) in records)
        {
            if (!_written.TryGetValue(key, out ExecutableRecord known) || known != record)
            {
                executables.Set(key, record);
                _written[key] = record;
            }
        }
    }
}
