using System.Collections.Frozen;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// Python names by which loading a pickle runs commands, opens files or connections, or reaches into other objects. Nothing is ever executed here;
/// but a file that has one is an attack or no weights file, and whoever loads it elsewhere should know.
/// </summary>
internal static class CommandNames
{
    private static readonly FrozenSet<string> Modules = FrozenSet.ToFrozenSet(
    [
        "os", "posix", "nt", "subprocess", "_posixsubprocess", "sys", "shutil", "socket", "_socket", "ssl", "asyncio", "multiprocessing",
        "threading", "_thread", "importlib", "imp", "runpy", "pty", "pip", "ctypes", "_ctypes", "cffi", "pickle", "_pickle", "cPickle", "dill",
        "cloudpickle", "joblib", "marshal", "shelve", "code", "codeop", "bdb", "pdb", "cProfile", "profile", "timeit", "trace", "commands",
        "popen2", "webbrowser", "urllib", "http", "ftplib", "smtplib", "telnetlib", "requests", "httpx", "aiohttp", "io", "_io", "tempfile",
        "signal", "inspect", "operator", "_operator", "gc", "atexit",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Builtins = FrozenSet.ToFrozenSet(
    [
        "eval", "exec", "execfile", "compile", "open", "input", "raw_input", "breakpoint", "apply", "globals", "locals", "vars", "setattr",
        "delattr", "map", "filter", "reduce",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Others = FrozenSet.ToFrozenSet(
    [
        "torch.load", "torch.save", "torch.compile", "torch.storage._load_from_bytes", "numpy.load", "numpy.core.numeric.load", "numpy.fromfile",
        "numpy.testing._private.utils.runstring", "pandas.read_pickle", "functools.reduce", "pathlib.Path.write_text",
    ], StringComparer.Ordinal);

    private static readonly string[] Prefixes =
        ["torch.hub.", "torch.jit.", "torch.package.", "torch.utils.cpp_extension.", "torch.multiprocessing.", "torch.distributed.rpc."];

    /// <summary>Whether a name is one of them, or an attribute with two underscores, which leads out of any object.</summary>
    public static bool Include(string module, string name)
    {
        string whole = $"{module}.{name}";
        return Modules.Contains(module.Split('.')[0]) || Others.Contains(whole) || name.Contains("__", StringComparison.Ordinal)
            || (module is "builtins" or "__builtin__" && Builtins.Contains(name))
            || Prefixes.Any(prefix => whole.StartsWith(prefix, StringComparison.Ordinal));
    }
}
