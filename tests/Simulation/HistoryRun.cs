using Google.Protobuf;
using Grpc.Core;
using Mining.Investors.V1;
using Mining.Portfolio.V1;
using Mining.Projects.V1;
using Mining.Refining.V1;
using Mining.Simulation.Checking;
using Mining.Simulation.Histories;
using Mining.Simulation.Network;
using Mining.Simulation.Nodes;
using Mining.Simulation.Storage;

namespace Mining.Simulation;

/// <summary>The outcome of a history.</summary>
/// <param name="Problem">The first problem; null: none.</param>
internal sealed record Outcome(
    string? Problem, FaultTally Faults, long Changes, IReadOnlyDictionary<string, long> Answers, long HoleRepairs, TimeSpan VirtualTime, long Steps);

/// <summary>Runs one history: every event at its time, then waits until the mesh has settled, and compares it with the model.</summary>
internal sealed class HistoryRun(History history, TextWriter? log = null)
{
    private const int Attempts = 6;
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);

    /// <summary>The maximum time after the last fault until the mesh has settled.</summary>
    public static readonly TimeSpan SettlingBound = TimeSpan.FromSeconds(30);

    /// <summary>How long late deliveries arrive after that; they must change nothing.</summary>
    public static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(60);

    public Outcome Run()
    {
        using var mesh = new SimulatedMesh(history, log);
        var problem = Problem(mesh);
        return new Outcome(
            problem, mesh.Tally, mesh.Journal?.Changes ?? 0, mesh.Journal?.Answers ?? [], FinalCheck.HoleRepairs(mesh), mesh.Scheduler.Now, mesh.Scheduler.Steps);
    }

    private string? Problem(SimulatedMesh mesh)
    {
        try
        {
            mesh.Boot();
            var begin = mesh.Scheduler.Now;
            // A request id is shared by all its users, so it is registered before the first of them is sent.
            var sent = history.Events.OfType<SendCommand>().ToDictionary(command => command.Number, command => Register(mesh, command));
            foreach (var happening in history.Events)
                mesh.Scheduler.After(begin + happening.At - mesh.Scheduler.Now, () => mesh.Watch(() => Happen(mesh, happening, sent)));
            Until(mesh, () => false, begin + history.End);

            EndFaults(mesh);
            var published = new FinalCheck(mesh, history.Seed);
            if (!Until(mesh, published.HasSettled, mesh.Scheduler.Now + SettlingBound))
                return $"The mesh has not settled {SettlingBound.TotalSeconds:0} s after the last fault: {published.Describe()}";
            published.Compare();
            if (mesh.Broker.LateOnes == 0)
                return null;
            Until(mesh, () => mesh.Broker.LateOnes == 0, mesh.Scheduler.Now + Aftermath);
            Until(mesh, () => false, mesh.Scheduler.Now + TimeSpan.FromSeconds(1));
            published.Compare();
            return null;
        }
        catch (DifferenceFoundException difference)
        {
            return difference.Message;
        }
        catch (Exception internalError)
        {
            return $"Unforeseen: {internalError}";
        }
    }

    private static bool Until(SimulatedMesh mesh, Func<bool> condition, TimeSpan until)
    {
        var reached = mesh.Scheduler.RunUntil(() => mesh.Problem is not null || condition(), until);
        if ((mesh.Problem ?? mesh.World.Unobserved) is DifferenceFoundException difference)
            throw difference;
        if ((mesh.Problem ?? mesh.World.Unobserved) is { } problem)
            throw new InvalidOperationException("The simulation itself failed.", problem);
        return reached;
    }

    private static void EndFaults(SimulatedMesh mesh)
    {
        mesh.Broker.Disarm();
        mesh.Network.Trouble = null;
        foreach (var node in mesh.Nodes)
            node.Faults.Disarm();
        foreach (var owner in SimulatedMesh.Owners)
            mesh.World.Start(() => Redriven(mesh, owner));
    }

    private void Happen(SimulatedMesh mesh, HistoryEvent happening, Dictionary<int, SentCommand> sent)
    {
        switch (happening)
        {
            case SendCommand command:
                for (var i = 0; i < command.AtOnce; i++)
                    mesh.World.Start(() => Send(mesh, sent[command.Number]));
                break;
            case ReadRecord read:
                mesh.World.Start(() => Read(mesh, read.Name));
                break;
            case AskGateway:
                mesh.World.Start(() => Ask(mesh));
                break;
            case Redrive redrive:
                mesh.World.Start(() => Redriven(mesh, redrive.Service));
                break;
            case KillNode kill:
                mesh.Tally.Count($"{(kill.Node == "gateway" ? "gateway" : "service")} killed");
                mesh[kill.Node].Kill(kill.Down);
                break;
            case StopNode stop:
                mesh.Tally.Count($"{(stop.Node == "gateway" ? "gateway" : "service")} stopped");
                mesh[stop.Node].Stop(stop.Down);
                break;
            case DamageCheckpoint damage:
                mesh.Tally.Count(damage.Missing ? "checkpoint missing" : "checkpoint damaged");
                mesh["gateway"].Kill(damage.Down);
                CheckpointFile.Damage(mesh["gateway"].Disk, mesh.FileOf("gateway"), damage.Missing);
                break;
            case DatabaseFault fault:
                mesh[fault.Node].Faults.Arm(fault);
                break;
            case DiskFull full:
                mesh[full.Node].Faults.DiskFull = true;
                mesh.Scheduler.After(full.For, () => mesh[full.Node].Faults.DiskFull = false);
                break;
            case ClockJump jump:
                mesh.Tally.Count(jump.By > TimeSpan.Zero ? "clock set forward" : "clock set back");
                mesh[jump.Node].ClockOffset += jump.By;
                break;
            case CrashAtPublication crash:
                mesh.Broker.Arm(crash);
                break;
            case BrokerTrouble trouble:
                mesh.Broker.Trouble = trouble;
                mesh.Scheduler.After(trouble.For, () => mesh.Broker.Trouble = mesh.Broker.Trouble == trouble ? null : mesh.Broker.Trouble);
                break;
            case SidecarTrouble trouble:
                mesh.Broker.Begin(trouble);
                mesh.Scheduler.After(trouble.For, () => mesh.Broker.End(trouble));
                break;
            case PoisonDelivery poison:
                mesh.Tally.Count($"poison: {poison.Kind}");
                mesh.Broker.Put(poison.Topic, Poison.Of(poison, (int)(poison.At.Ticks % int.MaxValue)));
                break;
            case NetworkTrouble trouble:
                mesh.Network.Trouble = trouble;
                mesh.Scheduler.After(trouble.For, () => mesh.Network.Trouble = mesh.Network.Trouble == trouble ? null : mesh.Network.Trouble);
                break;
            default:
                throw new InvalidOperationException($"{happening} is not supported.");
        }
    }

    private SentCommand Register(SimulatedMesh mesh, SendCommand command)
    {
        var number = command.ReusesIdOf ?? command.Number;
        var request = command.Request;
        if (command.HasRequestId)
            RequestFields.SetRequestId(request, $"r{number}");
        var key = new RequestKey(
            RequestFields.ServiceOf(request), command.HasRequestId ? $"caller-{number % 5}" : $"once-{command.Number}",
            request.Descriptor.Name[..^"Request".Length], command.HasRequestId ? $"r{number}" : "");
        return mesh.Journal.Register(command, key, RequestFields.ValidateOnly(request));
    }

    /// <summary>Sends a command, and retries if its outcome is unknown and its request id makes that safe.</summary>
    private static async Task Send(SimulatedMesh mesh, SentCommand command)
    {
        var node = mesh[command.Key.Service];
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var begun = mesh.Journal.Begin(node, command);
            try
            {
                var answer = await mesh.Network.Call(node, command.Key.Caller, command.Request);
                mesh.Watch(() => mesh.Journal.Answered(node, begun, answer));
                return;
            }
            catch (RpcException refusal)
            {
                var unknown = false;
                mesh.Watch(() => unknown = mesh.Journal.Refused(node, begun, refusal));
                if (!unknown || !command.Sent.HasRequestId)
                    return;
            }

            await Task.Delay(mesh.Fate.Within(TimeSpan.FromSeconds(attempt), $"pause {command.Sent.Number} {attempt}") + Margin, mesh.Time);
        }
    }

    private static async Task Read(SimulatedMesh mesh, string name)
    {
        var (service, request) = RequestFields.Get(name);
        var read = mesh.Journal.BeginRead(name);
        try
        {
            var answer = await mesh.Network.Call(mesh[service], "reader", request);
            mesh.Watch(() => mesh.Journal.Read(read, answer));
        }
        catch (RpcException absent) when (absent.StatusCode == StatusCode.NotFound)
        {
            mesh.Watch(() => mesh.Journal.Read(read, null));
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable && mesh.Tally.Any)
        {
            mesh.Journal.GaveUp(read);
        }
    }

    /// <summary>Queries the gateway, whose answer must add up at any time.</summary>
    private static async Task Ask(SimulatedMesh mesh)
    {
        try
        {
            var answer = (PortfolioSummary)await mesh.Network.Call(mesh["gateway"], "board", new GetPortfolioSummaryRequest());
            mesh.Watch(() => FinalCheck.AddsUp(answer));
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            // No data yet, or a missing rate: the answer says so.
        }
    }

    private static async Task Redriven(SimulatedMesh mesh, string service)
    {
        try
        {
            await mesh.Network.Call(mesh[service], "operator", new Changes.V1.RedriveChangesRequest());
        }
        catch (RpcException)
        {
            // The operator retries later.
        }
    }
}
