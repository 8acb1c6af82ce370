namespace Mining.Gateway.Shares;

/// <summary>A kind of figure that is summed over projects.</summary>
internal enum FigureKind : byte
{
    /// <summary>Minor units of an instrument and currency for a party.</summary>
    Money,

    /// <summary>Commitments of an instrument.</summary>
    Commitments,

    /// <summary>Commitments of an instrument whose amount is undisclosed.</summary>
    Undisclosed,

    /// <summary>Commitments of an instrument without a date.</summary>
    Undated,

    /// <summary>Projects with a commitment of an instrument.</summary>
    Projects,

    /// <summary>Projects with a commitment of any funded instrument.</summary>
    FundedProjects,
}

/// <summary>One figure of a measure, over joint projects or over the others. Packed into an integer as a sort key.</summary>
internal readonly record struct TotalFigure(int Packed)
{
    private const int JointBit = 1 << 28;

    public TotalFigure(int measure, FigureKind kind, int instrument, byte currency, byte party)
        : this((measure << 24) | ((int)kind << 20) | (instrument << 16) | (currency << 8) | party)
    {
    }

    public bool IsJoint => (Packed & JointBit) != 0;

    public int Measure => Packed >> 24 & 0xF;

    public FigureKind Kind => (FigureKind)(Packed >> 20 & 0xF);

    public byte Instrument => (byte)(Packed >> 16 & 0xF);

    public byte Currency => (byte)(Packed >> 8);

    public byte Party => (byte)Packed;

    /// <summary>The same figure over joint projects, or over the others.</summary>
    public TotalFigure Over(bool joint) => new(joint ? Packed | JointBit : Packed & ~JointBit);

    /// <summary>The figure and a day as one sort key.</summary>
    public long On(int day) => ((long)Packed << 32) | (uint)(day ^ int.MinValue);

    public static TotalFigure In(long figureAndDay) => new((int)(figureAndDay >> 32));

    public static int DayIn(long figureAndDay) => (int)figureAndDay ^ int.MinValue;
}
