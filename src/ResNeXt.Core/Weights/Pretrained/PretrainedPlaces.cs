using ResNeXt.Core.Options;
using ResNeXt.Core.Weights.Pretrained.Downloads;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>The folders that pretrained weights are looked for in, and the server: options and environment variables together.</summary>
internal sealed class PretrainedPlaces
{
    private const string FolderVariable = "RESNEXT_WEIGHTS", MirrorVariable = "RESNEXT_WEIGHTS_MIRROR", OfflineVariable = "RESNEXT_OFFLINE";

    private readonly PretrainedOptions _options;
    private readonly string? _folder;
    private readonly string _models;
    private readonly string _packages;
    private readonly string _torch;
    private readonly Uri? _mirror;

    /// <summary>Reads the options, and the environment variables where an option is not set.</summary>
    /// <exception cref="ArgumentException">Options or environment variables are out of range; all of them are listed.</exception>
    public PretrainedPlaces(PretrainedOptions options)
    {
        OptionErrors.ThrowIfAny(options.GetValidationErrors());
        _options = options;
        _folder = options.Folder ?? Variable(FolderVariable);
        if (_folder is not null && !Directory.Exists(_folder))
            throw new ArgumentException($"The environment variable {FolderVariable} names the folder '{_folder}', which does not exist.");
        _mirror = options.MirrorAddress;
        if (_mirror is null && Variable(MirrorVariable) is { } mirror && !(Uri.TryCreate(mirror, UriKind.Absolute, out _mirror) && SafeRedirects.IsAllowed(_mirror)))
            throw new ArgumentException($"The environment variable {MirrorVariable} is '{mirror}'; it must be an address that begins with https://.");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        _models = Path.Combine(options.ApplicationFolder, PackagedWeights.Folder);
        _packages = Variable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        string cache = UserCache(home);
        CacheFolder = options.CacheFolder ?? Path.Combine(cache, "resnext");
        // Where torch.hub keeps its downloads: the same files, under the same names.
        _torch = Path.Combine(Variable("TORCH_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "torch"),
            "hub", "checkpoints");
    }

    /// <summary>The folder for downloads.</summary>
    public string CacheFolder { get; }

    /// <summary>Whether the environment forbids downloads.</summary>
    public bool IsOffline => Variable(OfflineVariable) is { } value && value != "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether files may be downloaded.</summary>
    public bool MayDownload => _options.Download && !IsOffline;

    /// <summary>Lists the folders for messages, in the order in which they are searched.</summary>
    public IEnumerable<string> Folders => new[] { _folder, _models, _packages, CacheFolder, _torch }.OfType<string>();

    /// <summary>Gets the path of the file of pretrained weights, in the first folder that has it; null if none has.</summary>
    public string? Find(PretrainedWeights weights) => Candidates(weights).FirstOrDefault(File.Exists);

    /// <summary>Gets the address of a file, on the mirror if there is one.</summary>
    public Uri AddressOf(Uri address) => _mirror is null ? address : new Uri(new Uri($"{_mirror}".TrimEnd('/') + '/'), address.AbsolutePath.TrimStart('/'));

    private IEnumerable<string> Candidates(PretrainedWeights weights)
    {
        string name = Path.GetFileName(weights.FileName);
        if (_folder is not null)
        {
            yield return Path.Combine(_folder, name);
            yield return Path.Combine(_folder, weights.FileName);
            yield return Path.Combine(_folder, PackagedWeights.Folder, weights.FileName);
        }
        yield return Path.Combine(_models, weights.FileName);
        foreach (string version in weights.PackageId is { } id ? PackageVersions(id) : [])
            yield return Path.Combine(version, "tools", PackagedWeights.Folder, weights.FileName);
        yield return Path.Combine(CacheFolder, name);
        yield return Path.Combine(_torch, name);
    }

    // The newest first.
    private IEnumerable<string> PackageVersions(string id)
    {
        string folder = Path.Combine(_packages, id.ToLowerInvariant());
        return Directory.Exists(folder)
            ? Directory.GetDirectories(folder).OrderByDescending(path => Version.TryParse(Path.GetFileName(path), out Version? version) ? version : new Version())
            : [];
    }

    private string UserCache(string home) =>
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
        : Variable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");

    private string? Variable(string name) => _options.Environment(name) is { Length: > 0 } value ? value : null;
}
