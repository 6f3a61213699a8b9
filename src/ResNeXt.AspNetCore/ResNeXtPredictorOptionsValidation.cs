using Microsoft.Extensions.Options;

namespace ResNeXt.AspNetCore;

/// <summary>Reports all options that are out of range at once, when the application starts.</summary>
internal sealed class ResNeXtPredictorOptionsValidation : IValidateOptions<ResNeXtPredictorOptions>
{
    public ValidateOptionsResult Validate(string? name, ResNeXtPredictorOptions options)
    {
        string[] errors = [.. options.GetValidationErrors()];
        return errors.Length > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
