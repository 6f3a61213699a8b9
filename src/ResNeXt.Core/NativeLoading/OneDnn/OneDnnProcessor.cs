using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading.Elf;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// What the oneDNN inside libtorch believes of the processor: the object <c>dnnl::impl::cpu::x64::cpu()::cpu_</c> (an <c>Xbyak::util::Cpu</c>),
/// from which it works
/// out the blocks of its kernels. Neither is exported, so both are found through the symbol table of the library's file, and nothing is
/// believed that does not agree with the processor itself.
/// </summary>
internal sealed unsafe partial class OneDnnProcessor
{
    private const string Function = "_ZN4dnnl4impl3cpu3x643cpuEv", Object = "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_";

    // An exported function of the same library: tells where it is loaded, and whether the table is that of the loaded file.
    private const string Anchor = TorchContext.LinuxGlobalContext;

    // In 32-bit words.
    private const int Words = 36, FirstSize = 7, FirstSharing = 17, Levels = 27, Family = 34, Model = 35;

    private readonly uint* _words;

    private OneDnnProcessor(uint* words) => _words = words;

    /// <summary>The data caches that it believes in, from level 1.</summary>
    public IReadOnlyList<DataCache> Caches =>
        [.. Enumerable.Range(0, (int)_words[Levels]).Select(level => new DataCache(_words[FirstSize + level], (int)_words[FirstSharing + level]))];

    /// <summary>Whether a processor can have those caches. Without any, oneDNN takes usual ones.</summary>
    public bool IsPossible => Caches.Select((cache, index) => cache.IsPossible(index + 1)).All(possible => possible);

    /// <summary>Finds it in the loaded library.</summary>
    /// <param name="library">A handle that finds libtorch's exported functions.</param>
    /// <param name="processor">The processor, to compare with.</param>
    /// <exception cref="InvalidDataException">It is another build of libtorch, with another layout or without a symbol table.</exception>
    /// <exception cref="IOException">The library's file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The library's file may not be read.</exception>
    public static OneDnnProcessor Find(nint library, ProcessorInfo processor)
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
        // Describes the processor, if nothing has used oneDNN yet.
        var words = ((delegate* unmanaged<uint*>)(address.Base + function.Address))();
        if ((nint)words != address.Base + description.Address)
            throw new InvalidDataException("Its description of the processor lies elsewhere.");
        if (words[Family] != processor.Family || words[Model] != processor.Model || words[Levels] > CacheSources.Levels)
            throw new InvalidDataException("Its description of the processor has another layout.");
        return new(words);
    }

    /// <summary>Makes it believe in other caches.</summary>
    /// <param name="caches">At least as many levels as it has now.</param>
    public void Give(IReadOnlyList<DataCache> caches)
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
