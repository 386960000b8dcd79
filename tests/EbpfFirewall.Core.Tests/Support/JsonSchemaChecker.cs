using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EbpfFirewall.Core.Tests.Support;

/// <summary>
/// Checks documents against the part of JSON Schema 2020-12 that our schemas use. A keyword it does not know is an error, so that a
/// schema cannot demand what nobody checks.
/// </summary>
internal sealed class JsonSchemaChecker(JsonElement root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description"];

    /// <summary>Everything that is wrong with a document.</summary>
    internal List<string> Check(JsonElement document)
    {
        List<string> errors = [];
        Check(root, document, "$", errors);
        return errors;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> errors)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name) && !Holds(schema, keyword.Name, keyword.Value, value, path, errors))
            {
                errors.Add($"{path}: {keyword.Name} {keyword.Value.GetRawText()} does not hold for {value.GetRawText()}");
            }
        }
    }

    private bool Holds(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        switch (keyword)
        {
            case "$ref":
                Check(Resolve(rule.GetString()!), value, path, errors);
                return true;
            case "type":
                return rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsOfType(value, type.GetString()!)) : IsOfType(value, rule.GetString()!);
            case "enum":
                return rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value));
            case "const":
                return JsonElement.DeepEquals(rule, value);
            case "oneOf":
                return rule.EnumerateArray().Count(branch => IsValid(branch, value)) == 1;
            case "not":
                return !IsValid(rule, value);
            case "pattern":
                return value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.CultureInvariant);
            case "minLength":
                return value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32();
            case "minimum":
                return value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= rule.GetDecimal();
            case "maximum":
                return value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= rule.GetDecimal();
            case "minItems":
                return value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32();
            case "maxItems":
                return value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32();
            case "items":
                CheckItems(rule, value, path, errors);
                return true;
            case "required":
                return value.ValueKind != JsonValueKind.Object || rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));
            case "properties":
                CheckProperties(rule, value, path, errors);
                return true;
            case "additionalProperties" when rule.ValueKind == JsonValueKind.False:
                return value.ValueKind != JsonValueKind.Object
                    || value.EnumerateObject().All(property => schema.GetProperty("properties").TryGetProperty(property.Name, out _));
            default:
                throw new NotSupportedException($"The schema uses \"{keyword}\", which this checker does not know.");
        }
    }

    private void CheckItems(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(rule, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), errors);
            }
        }
    }

    private void CheckProperties(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in rule.EnumerateObject())
            {
                if (value.TryGetProperty(property.Name, out JsonElement member))
                {
                    Check(property.Value, member, $"{path}.{property.Name}", errors);
                }
            }
        }
    }

    private bool IsValid(JsonElement schema, JsonElement value)
    {
        List<string> errors = [];
        Check(schema, value, "$", errors);
        return errors.Count == 0;
    }

    private JsonElement Resolve(string reference)
    {
        const string Prefix = "#/$defs/";
        return reference.StartsWith(Prefix, StringComparison.Ordinal)
            ? root.GetProperty("$defs").GetProperty(reference[Prefix.Length..])
            : throw new NotSupportedException($"The schema refers to \"{reference}\".");
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDecimal() == decimal.Truncate(value.GetDecimal()),
        _ => throw new NotSupportedException($"The schema uses the type \"{type}\"."),
    };
}
