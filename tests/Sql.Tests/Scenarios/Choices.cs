namespace Mining.Sql.Tests.Scenarios;

/// <summary>List requests with every combination of filters.</summary>
internal static class Choices
{
    /// <summary>Requests a list with every set of filters.</summary>
    public static async Task Each<T>(Func<T, Task> ask, params Action<T>[] conditions)
        where T : new()
    {
        for (var set = 0; set < 1 << conditions.Length; set++)
        {
            var request = new T();
            for (var i = 0; i < conditions.Length; i++)
            {
                if ((set & (1 << i)) != 0)
                    conditions[i](request);
            }

            await ask(request);
        }
    }
}
