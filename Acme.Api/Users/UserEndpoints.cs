using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Access")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

        users.MapPost("", RegisterAsync).WithName("UserRegister").WithSummary("Register a user").ProducesProblem(409);
        users.MapGet("", ListAsync).WithName("UsersList").WithSummary("List the users");
        users.MapGet("/{name}", GetAsync).WithName("UserGet").WithSummary("Get this user").ProducesProblem(404);
        users.MapPatch("/{name}", ChangeAsync).WithName("UserChange").WithSummary("Change password or permissions of this user").ProducesProblem(404);
        users.MapDelete("/{name}", DeleteAsync).WithName("UserDelete").WithSummary("Delete this user and void its tokens").ProducesProblem(404);
    }

    private static async Task<Created<Wire.UserDetails>> RegisterAsync(Wire.RegisterUserRequest request, HttpContext context, UserDirectory directory)
    {
        var user = await directory.RegisterAsync(request.Name, request.Password, request.Permissions.ToDomain(), context.RequestAborted);
        return TypedResults.Created($"/users/{Uri.EscapeDataString(user.Name)}", user.ToWire());
    }

    private static async Task<JsonAnswer<IReadOnlyList<Wire.UserDetails>>> ListAsync(HttpContext context, ICatalog catalog, string? offset = null, int limit = Paging.DefaultLimit)
    {
        var page = await catalog.Users.ListAsync(offset, Paging.Checked(limit), context.RequestAborted);
        return JsonAnswer.Ok(Paging.Answer(context, page, u => u.ToWire()));
    }

    private static async Task<JsonAnswer<Wire.UserDetails>> GetAsync(string name, HttpContext context, ICatalog catalog)
    {
        var found = await catalog.Users.FindAsync(Exact(context, name), context.RequestAborted) ?? throw NoSuchUser();
        return JsonAnswer.Ok(found.Item.ToWire());
    }

    private static async Task<JsonAnswer<Wire.UserDetails>> ChangeAsync(string name, Wire.ChangeUserRequest request, HttpContext context, UserDirectory directory)
    {
        var user = await directory.ChangeAsync(Exact(context, name), request.Password, request.Permissions?.ToDomain(), context.RequestAborted) ?? throw NoSuchUser();
        return JsonAnswer.Ok(user.ToWire());
    }

    private static async Task<Ok> DeleteAsync(string name, HttpContext context, ICatalog catalog, UserDirectory directory)
    {
        var exact = Exact(context, name);
        if (directory.IsConfiguredAdmin(exact))
            throw new ProblemException(400, "Cannot be deleted", "This administrator is defined by Admin:Name in the configuration; change it there.");
        return await catalog.Users.DeleteAsync(exact, context.RequestAborted) ? TypedResults.Ok() : throw NoSuchUser();
    }

    private static string Exact(HttpContext context, string name) => RawPath.After(context, "/users/") ?? name;

    private static ProblemException NoSuchUser() => new(404, "No such user", "There is no user with this name. GET /users lists them.");
}

internal static class UserMapping
{
    private static readonly (Permissions Domain, Wire.Permission Wire)[] Pairs =
    [
        (Permissions.Upload, Wire.Permission.Upload),
        (Permissions.Search, Wire.Permission.Search),
        (Permissions.Download, Wire.Permission.Download),
        (Permissions.Admin, Wire.Permission.Admin),
    ];

    public static Permissions ToDomain(this IEnumerable<Wire.Permission> permissions) =>
        permissions.Aggregate(Permissions.None, (all, p) => all | Pairs.First(pair => pair.Wire == p).Domain);

    public static Wire.UserDetails ToWire(this User user) => new()
    {
        Name = user.Name,
        IsAdmin = user.IsAdmin,
        Permissions = [.. Pairs.Where(pair => user.Permissions.HasFlag(pair.Domain)).Select(pair => pair.Wire)],
        CreatedAt = user.CreatedAt.UtcDateTime,
    };
}
