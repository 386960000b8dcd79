using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Maps;
using EbpfFirewall.Native.Programs;
using EbpfFirewall.Native.StructOps;

namespace EbpfFirewall.Native.Objects;

/// <summary>One load of one object: maps first, then programs that refer to them, then what refers to programs.</summary>
internal sealed partial class ObjectLoader(BpfObjectSpec spec, BpfLoadOptions options, BpfObject owner) : IDisposable
{
    private readonly Dictionary<string, Lazy<BpfMapMemory>> _memory = [];
    private readonly Dictionary<string, StructOpsTarget> _targets = [];
    private readonly SafeBtfHandle? _btf = LoadBtf(spec, options.Token);
    private readonly KernelTypes _kernel = new(options.KernelBtf);

    internal Dictionary<string, BpfMap> Maps { get; } = [];

    internal Dictionary<string, BpfProgram> Programs { get; } = [];

    internal Dictionary<string, BpfStructOps> StructOps =>
        _targets.ToDictionary(static t => t.Key, t => new BpfStructOps(spec.Maps[t.Key].StructOps!, t.Value, Maps[t.Key], Programs));

    internal void LoadMaps()
    {
        foreach (string name in options.MapReplacements.Keys)
        {
            if (!spec.Maps.ContainsKey(name))
            {
                throw new ArgumentException($"Object '{spec.Name}' has no map '{name}' to replace.");
            }
        }

        foreach (BpfMapSpec map in spec.Maps.Values)
        {
            Maps.Add(map.Name, OpenOrCreate(map));
            if (map.Type == BpfMapType.Arena)
            {
                // Its address must be fixed before a program that uses it is verified.
                FillArena(map, MemoryOf(map.Name).Value);
            }
        }
    }

    internal void LoadPrograms()
    {
        List<(BpfProgramSpec Program, ProgramLoadRequest Request)> together = [];
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            if (program.AutoLoad)
            {
                using FdLease target = program.TargetProgram is null ? default : new FdLease(program.TargetProgram.Handle);
                ProgramLoadRequest request = Prepare(program, target.Fd);
                if (options.LoadsInParallel && program.TargetProgram is null && _jumpTables.IsEmpty)
                {
                    together.Add((program, request));
                    continue;
                }

                SafeProgramHandle handle = ProgramLoader.Load(request);
                _jumpTables.Clear();
                Programs.Add(program.Name, new BpfProgram(handle, program.Name, program.AttachType, owner));
                BindConstants(handle);
            }
        }

        LoadTogether(together);
    }

    /// <summary>The verifier works on the thread that asks; the longest programs go first.</summary>
    private void LoadTogether(List<(BpfProgramSpec Program, ProgramLoadRequest Request)> programs)
    {
        var handles = new ConcurrentDictionary<string, SafeProgramHandle>();
        var failures = new ConcurrentDictionary<string, ExceptionDispatchInfo>();
        Parallel.ForEach(
            Partitioner.Create(programs.OrderByDescending(static entry => entry.Request.Code.Length), EnumerablePartitionerOptions.NoBuffering),
            entry =>
            {
                try
                {
                    handles[entry.Program.Name] = ProgramLoader.Load(entry.Request);
                }
                catch (Exception error)
                {
                    failures[entry.Program.Name] = ExceptionDispatchInfo.Capture(error);
                }
            });
        foreach ((BpfProgramSpec program, _) in programs)
        {
            if (handles.TryGetValue(program.Name, out SafeProgramHandle? handle))
            {
                Programs.Add(program.Name, new BpfProgram(handle, program.Name, program.AttachType, owner));
                BindConstants(handle);
            }
        }

        // Whoever reads the error wants the first of the object, whichever was refused first.
        foreach ((BpfProgramSpec program, _) in programs)
        {
            if (failures.TryGetValue(program.Name, out ExceptionDispatchInfo? failure))
            {
                failure.Throw();
            }
        }
    }

    /// <summary>Puts maps and programs into the slots that the object's own initialisers name.</summary>
    internal void FillSlots()
    {
        Span<byte> key = stackalloc byte[4];
        Span<byte> value = stackalloc byte[4];
        foreach (BpfMapSpec map in spec.Maps.Values)
        {
            if (options.MapReplacements.ContainsKey(map.Name))
            {
                continue;
            }

            foreach ((int index, string name) in map.InitialSlots)
            {
                System.Runtime.InteropServices.SafeHandle target = Maps.TryGetValue(name, out BpfMap? inner)
                    ? inner.Handle
                    : Programs.TryGetValue(name, out BpfProgram? program)
                        ? program.Handle
                        : throw new BpfException(Errno.ENOENT, $"fill slot {index} of map '{map.Name}'", $"'{name}' was not loaded.");
                using FdLease lease = new(target);
                BitConverter.TryWriteBytes(key, index);
                BitConverter.TryWriteBytes(value, lease.Fd);
                Maps[map.Name].Update(key, value);
            }
        }
    }

    internal Lazy<BpfMapMemory> MemoryOf(string section)
    {
        if (!_memory.TryGetValue(section, out Lazy<BpfMapMemory>? memory))
        {
            BpfMap map = Maps[section];
            bool writable = !spec.Maps[section].IsConstantData;
            _memory.Add(section, memory = new Lazy<BpfMapMemory>(() => map.MapMemory(writable)));
        }

        return memory;
    }

    /// <summary>Arenas stay mapped as long as the object lives.</summary>
    internal Dictionary<string, BpfMapMemory> Arenas =>
        _memory.Where(m => Maps[m.Key].Type == BpfMapType.Arena).ToDictionary(static m => m.Key, static m => m.Value.Value);

    internal IEnumerable<BpfVariableSpec> ConfigurationVariables() =>
        spec.Parsed.Configuration.Select(v => new BpfVariableSpec(v.Name, spec.Maps[BtfFixup.KernelConfiguration], v.Offset, v.Size));

    /// <summary>Closes what only loading needed; maps and programs stay.</summary>
    public void Dispose()
    {
        _btf?.Dispose();
        _kernel.Dispose();
        _jumpTables.Clear();
    }

    internal void DisposeAll()
    {
        foreach (BpfMapMemory arena in Arenas.Values)
        {
            arena.Dispose();
        }

        foreach (BpfProgram program in Programs.Values)
        {
            program.Dispose();
        }

        foreach (BpfMap map in Maps.Values)
        {
            map.Dispose();
        }
    }

    private static SafeBtfHandle? LoadBtf(BpfObjectSpec spec, BpfToken? token)
    {
        if (spec.IsLittleEndian != BitConverter.IsLittleEndian)
        {
            throw new BpfException(
                Errno.EINVAL, $"load object '{spec.Name}'", $"It is compiled for {(spec.IsLittleEndian ? "little" : "big")}-endian machines, which this one is not.");
        }

        return spec.Parsed.Btf is null ? null : BtfLoader.Load(spec.Parsed.Btf, token);
    }

    private BpfMap OpenOrCreate(BpfMapSpec map)
    {
        if (options.MapReplacements.TryGetValue(map.Name, out BpfMap? replacement))
        {
            BpfMap shared = new(new SafeMapHandle(LibC.Duplicate(replacement.Handle)), map.Name);
            return CheckCompatible(map, shared, exactly: false);
        }

        string? pin = map.PinByName && options.PinDirectory is not null
            ? Path.Combine(options.PinDirectory, BpfFileSystem.SafeName(map.Name))
            : null;
        if (pin is not null && File.Exists(pin))
        {
            return CheckCompatible(map, new BpfMap(new SafeMapHandle(BpfPin.Open(pin, "map")), map.Name), exactly: true);
        }

        if (map.StructOps is { } definition)
        {
            StructOpsTarget target = StructOpsTarget.Find(definition, _kernel);
            _targets.Add(map.Name, target);
            return new BpfMap(MapCreation.CreateStructOps(map, target, _kernel.DescriptorOf(target.Module), _btf, options.Token), map.Name);
        }

        BpfMap created = new(MapCreation.Create(map, _btf, spec.Name, options.Token), map.Name);
        try
        {
            if (map.Data is not null)
            {
                bool isConfiguration = map.Name == BtfFixup.KernelConfiguration && spec.Parsed.Configuration.Count > 0;
                created.Update([0, 0, 0, 0], isConfiguration ? KernelConfiguration.Fill(spec.Parsed.Configuration, options.KernelConfiguration) : InitialValue(map, created));
                if (map.IsConstantData)
                {
                    created.Freeze();
                }
            }

            if (pin is not null)
            {
                created.Pin(pin);
            }

            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <param name="wanted">What the object defines.</param>
    /// <param name="present">What is there; disposed when it does not fit.</param>
    /// <param name="exactly">Also capacity and flags: whoever hands a map over may have chosen others, a pin must be what it was.</param>
    private static BpfMap CheckCompatible(BpfMapSpec wanted, BpfMap present, bool exactly)
    {
        List<string> differences = [];
        void Compare<T>(string what, T a, T b)
        {
            if (!EqualityComparer<T>.Default.Equals(a, b))
            {
                differences.Add($"{what} {b} instead of {a}");
            }
        }

        Compare("type", wanted.Type, present.Type);
        if (wanted.Type is not (BpfMapType.RingBuffer or BpfMapType.UserRingBuffer or BpfMapType.PerfEventArray))
        {
            Compare("key size", wanted.KeySize, present.KeySize);
            Compare("value size", wanted.ValueSize, present.ValueSize);
        }

        if (exactly)
        {
            (uint entries, BpfMapFlags flags) = MapCreation.Effective(wanted);
            Compare("capacity", entries, present.MaxEntries);
            Compare("flags", flags, present.Flags);
        }

        if (differences.Count == 0)
        {
            return present;
        }

        present.Dispose();
        throw new BpfException(Errno.EINVAL, $"use the present map '{wanted.Name}'", $"It has {string.Join(", ", differences)}.");
    }

    private ProgramLoadRequest Prepare(BpfProgramSpec program, int target)
    {
        LinkedProgram linked = ProgramLinker.Link(program.Function);
        Dictionary<int, string> poisoned = Relocate(linked);
        foreach (BpfReference reference in linked.References)
        {
            Connect(linked.Code, reference, program.Name, poisoned);
        }

        (uint attachId, KernelModule? attachModule) = AttachTarget.Find(program, _kernel);
        BpfAttachType? attachType = program.AttachType;
        if (_targets.FirstOrDefault(t => spec.Maps[t.Key].StructOps!.MemberOf(program.Name) is not null).Value is { } implemented)
        {
            (attachId, attachModule) = (implemented.StructureId, implemented.Module);
            attachType = (BpfAttachType)implemented.MemberIndexOf(program.Name);
        }

        return new ProgramLoadRequest
        {
            Name = program.Name,
            Type = program.Type,
            AttachType = attachType,
            Flags = program.Flags,
            Code = linked.Code,
            License = spec.License,
            KernelVersion = spec.KernelVersion,
            Btf = _btf,
            Functions = linked.Functions,
            Lines = linked.Lines,
            AttachBtfId = attachId,
            AttachFd = program.TargetProgram is null ? _kernel.DescriptorOf(attachModule) : target,
            Descriptors = _kernel.Descriptors,
            Poisoned = poisoned,
            Token = options.Token,
        };
    }
}
