using System.Reflection;

namespace Acme.Registry.Local.Tests;

/// <summary>A catalog in which something happens before and after each call of a method of its stores.</summary>
public class Interrupted : DispatchProxy
{
    private object _inner = null!;
    private string _method = "";
    private Func<Task> _happens = null!;

    /// <summary>The same catalog or store, interrupted.</summary>
    /// <param name="inner">The real one.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="happens">Is waited for before the call, and after what the call returns is there.</param>
    public static T Of<T>(T inner, string method, Func<Task> happens)
        where T : class => (T)(object)Of(typeof(T), inner, method, happens);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var isInterrupted = targetMethod!.Name == _method;
        if (isInterrupted) Happen();
        var result = targetMethod.Invoke(_inner, args);
        if (isInterrupted && result is Task task)
        {
            task.GetAwaiter().GetResult();
            Happen();
        }
        return targetMethod.IsSpecialName && result is not null ? Of(targetMethod.ReturnType, result, _method, _happens) : result;
    }

    private static Interrupted Of(Type type, object inner, string method, Func<Task> happens)
    {
        var proxy = (Interrupted)Create(type, typeof(Interrupted));
        (proxy._inner, proxy._method, proxy._happens) = (inner, method, happens);
        return proxy;
    }

    private void Happen() => Task.Run(_happens).GetAwaiter().GetResult();
}
