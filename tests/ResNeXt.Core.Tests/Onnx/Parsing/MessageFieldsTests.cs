using Google.Protobuf.Reflection;
using ResNeXt.Core.Onnx.Parsing;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Tests.Onnx.Parsing;

public sealed class MessageFieldsTests
{
    [Fact]
    public void Model_InEveryMessage_HasTheFieldsOfTheSchema() => AssertSame(ModelProto.Descriptor, MessageFields.Model);

    private static void AssertSame(MessageDescriptor schema, MessageFields fields)
    {
        IList<FieldDescriptor> all = schema.Fields.InFieldNumberOrder();
        FieldDescriptor[] messages = [.. all.Where(field => field.FieldType == FieldType.Message)];
        // IsPacked alone is also true of a single number.
        FieldDescriptor[] integers =
            [.. all.Where(field => field is { IsRepeated: true, IsPacked: true, FieldType: FieldType.Int64 or FieldType.Int32 or FieldType.Enum })];

        Assert.Equal(integers.Select(field => field.FieldNumber), fields.PackedIntegers);
        Assert.Equal(messages.Select(field => field.FieldNumber), fields.Messages.Keys.Order());
        Assert.All(messages, field => AssertSame(field.MessageType, fields.Messages[field.FieldNumber]));
    }
}
