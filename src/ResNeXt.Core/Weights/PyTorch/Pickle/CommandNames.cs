using System.Collections.Frozen;

namespace ResNeXt.Core.Weights.PyTorch.Pickle;

/// <summary>
/// The Python names through which loading a pickle can run commands, open files or connections, or change other objects. This library never executes
/// anything, but a file with such a name is an attack or not a weights file, and is refused to warn the user.
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

    /// <summary>
    /// Gets whether a name is one of them, or contains two underscores, like the attributes through which code can reach any object.
    /// </summary>
    public static bool Include(string module, string name)
    {
        string whole = $"{module}.{name}";
        return Modules.Contains(module.Split('.')[0]) || Others.Contains(whole) || name.Contains("__", StringComparison.Ordinal)
            || (module is "builtins" or "__builtin__" && Builtins.Contains(name))
            || Prefixes.Any(prefix => whole.StartsWith(prefix, StringComparison.Ordinal));
    }
}
