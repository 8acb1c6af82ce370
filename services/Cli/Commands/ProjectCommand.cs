using System.CommandLine;
using Mining.Cli.Views;
using Mining.Cli.Shell;
using Mining.Portfolio.V1;

namespace Mining.Cli.Commands;

/// <summary><c>mining project ID</c>: everything known about one project.</summary>
internal static class ProjectCommand
{
    public static Command Build(Session session)
    {
        var id = new Argument<string>("id") { Description = "The project's id or resource name" };
        var query = new QueryOptions();
        var command = new Command(
            "project", "Show everything known about one project: capital stack, health, milestones, permits, refining, revisions.")
        {
            id,
        };
        query.AddTo(command, withFilter: false);
        session.SetAction(command, async (parse, gateway, cancellation) =>
        {
            var request = new GetProjectDossierRequest
            {
                Name = ResourceNames.Full(ResourceNames.Projects, parse.GetRequiredValue(id)),
                Query = query.Read(parse),
            };
            var dossier = await gateway.Portfolio.GetProjectDossierAsync(request, Gateway.Unary(cancellation));
            if (session.WantsJson(parse))
                session.WriteJson(dossier);
            else
                DossierView.Write(session.Console, dossier);
            return ExitCode.Ok;
        });
        return command;
    }
}
