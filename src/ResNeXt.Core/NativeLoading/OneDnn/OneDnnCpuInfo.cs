using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading.Elf;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// The description of the processor that libtorch's oneDNN computes the block sizes of its kernels from: the object
/// <c>dnnl::impl::cpu::x64::cpu()::cpu_</c> in memory (an <c>Xbyak::util::Cpu</c>).
/// </summary>
/// <remarks>
/// Neither the object nor its function is exported, so both are found through the symbol table of the library's file. The object is trusted only if
/// its size, place, family and model are as expected.
/// </remarks>
internal sealed unsafe partial class OneDnnCpuInfo
{
    private const string Function = "_ZN4dnnl4impl3cpu3x643cpuEv", Object = "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_";

    // An exported function of the same library: tells where the library is loaded, and whether the file is the loaded one.
    private const string Anchor = TorchContext.LinuxGlobalContext;

    // Offsets and sizes in 32-bit words.
    private const int Words = 36, FirstSize = 7, FirstSharing = 17, Levels = 27, Family = 34, Model = 35;

    private readonly uint* _words;

    private OneDnnCpuInfo(uint* words) => _words = words;

    /// <summary>The data caches that oneDNN assumes, from level 1.</summary>
    public IReadOnlyList<DataCache> Caches =>
        [.. Enumerable.Range(0, (int)_words[Levels]).Select(level => new DataCache(_words[FirstSize + level], (int)_words[FirstSharing + level]))];

    /// <summary>Whether a processor can have these caches. If there are none, oneDNN assumes typical ones.</summary>
    public bool IsPlausible => Caches.Select((cache, index) => cache.IsPlausible(index + 1)).All(plausible => plausible);

    /// <summary>Finds the description in the loaded library.</summary>
    /// <param name="library">A handle through which libtorch's exported functions are found.</param>
    /// <param name="cpu">The processor, to compare the description with.</param>
    /// <exception cref="InvalidDataException">This is another build of libtorch, with another layout or without a symbol table.</exception>
    /// <exception cref="IOException">The library's file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the library's file is denied.</exception>
    public static OneDnnCpuInfo Find(nint library, CpuInfo cpu)
    {
        if (!NativeLibrary.TryGetExport(library, Anchor, out nint anchor) || Locate(anchor, out LibraryAddress address) == 0)
            throw new InvalidDataException($"The loaded libtorch does not export {Anchor}.");
        string path = Marshal.PtrToStringUTF8(address.File) ?? "";
        using var file = new MappedFile(path);
        IReadOnlyDictionary<string, ElfSymbol> symbols = new ElfSymbols(new ElfFile(file.Memory)).Find(Function, Object, Anchor);
        ElfSymbol function = symbols[Function], description = symbols[Object];
        if (address.Base + symbols[Anchor].Address != anchor)
            throw new InvalidDataException($"'{path}' is not the file that was loaded.");
        if (function.Type != ElfSymbolType.Function || description is not { Type: ElfSymbolType.Object, Size: Words * sizeof(uint) })
            throw new InvalidDataException($"Its description of the processor has {description.Size} bytes; {Words * sizeof(uint)} are expected.");
        // The call makes oneDNN fill in the description if nothing has used it yet.
        var words = ((delegate* unmanaged<uint*>)(address.Base + function.Address))();
        if ((nint)words != address.Base + description.Address)
            throw new InvalidDataException("Its description of the processor is at another address than its symbol table says.");
        if (words[Family] != cpu.Family || words[Model] != cpu.Model || words[Levels] > CacheDetection.Levels)
            throw new InvalidDataException("Its description of the processor has another layout.");
        return new(words);
    }

    /// <summary>Overwrites the caches.</summary>
    /// <param name="caches">The caches; at least as many levels as the description has.</param>
    public void SetCaches(IReadOnlyList<DataCache> caches)
    {
        for (int level = 0; level < _words[Levels]; level++)
        {
            Volatile.Write(ref _words[FirstSize + level], (uint)caches[level].Bytes);
            Volatile.Write(ref _words[FirstSharing + level], (uint)caches[level].SharedBy);
        }
    }

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int Locate(nint address, out LibraryAddress found);

    /// <summary>The C library's <c>Dl_info</c>.</summary>
    private struct LibraryAddress
    {
        public nint File, Base, Symbol, SymbolAddress;
    }
}
