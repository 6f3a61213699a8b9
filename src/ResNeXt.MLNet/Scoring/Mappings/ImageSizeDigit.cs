using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>A hexadecimal digit of an <see cref="ImageSize"/>. The contract names are part of saved models: never changed.</summary>
/// <remarks>One type per digit, because ML.NET finds a factory by its type's attribute and does not tell it the contract name.</remarks>
internal abstract class ImageSizeDigit(char digit) : CustomMappingFactory<ImageSize.Nothing, ImageSize.Nothing>
{
    /// <summary>The contract name without the digit.</summary>
    public const string ContractPrefix = "ResNeXt.MLNet.ImageSize.";

    public char Digit => digit;

    public sealed override Action<ImageSize.Nothing, ImageSize.Nothing> GetMapping()
    {
        ImageSize.Read(digit);
        return static (_, _) => { };
    }
}

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "0")]
internal sealed class ImageSizeDigit0() : ImageSizeDigit('0');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "1")]
internal sealed class ImageSizeDigit1() : ImageSizeDigit('1');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "2")]
internal sealed class ImageSizeDigit2() : ImageSizeDigit('2');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "3")]
internal sealed class ImageSizeDigit3() : ImageSizeDigit('3');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "4")]
internal sealed class ImageSizeDigit4() : ImageSizeDigit('4');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "5")]
internal sealed class ImageSizeDigit5() : ImageSizeDigit('5');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "6")]
internal sealed class ImageSizeDigit6() : ImageSizeDigit('6');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "7")]
internal sealed class ImageSizeDigit7() : ImageSizeDigit('7');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "8")]
internal sealed class ImageSizeDigit8() : ImageSizeDigit('8');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "9")]
internal sealed class ImageSizeDigit9() : ImageSizeDigit('9');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "A")]
internal sealed class ImageSizeDigitA() : ImageSizeDigit('A');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "B")]
internal sealed class ImageSizeDigitB() : ImageSizeDigit('B');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "C")]
internal sealed class ImageSizeDigitC() : ImageSizeDigit('C');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "D")]
internal sealed class ImageSizeDigitD() : ImageSizeDigit('D');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "E")]
internal sealed class ImageSizeDigitE() : ImageSizeDigit('E');

[CustomMappingFactoryAttribute(ImageSizeDigit.ContractPrefix + "F")]
internal sealed class ImageSizeDigitF() : ImageSizeDigit('F');
